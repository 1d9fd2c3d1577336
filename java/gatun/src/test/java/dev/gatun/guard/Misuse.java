package dev.gatun.guard;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One wrong use of the public API, run in a child process; throws when the library does not answer as it should. */
@FunctionalInterface
interface Misuse {
    long LIMIT_SECONDS = 60;

    void run() throws Exception;

    /** Whether a call is refused in one line that a user can act on. */
    static void refused(String word, Misuse call) {
        Throwable thrown = thrown(call);
        if (thrown == null) {
            throw new AssertionError("nothing was refused");
        }
        checkLine(thrown);
        if (!String.valueOf(thrown.getMessage()).contains(word)) {
            throw new AssertionError("the line does not say \"" + word + "\": " + thrown);
        }
    }

    /** Whether a call is refused in one line, or works. */
    static void harmless(Misuse call) {
        Throwable thrown = thrown(call);
        if (thrown != null) {
            checkLine(thrown);
        }
    }

    private static @Nullable Throwable thrown(Misuse call) {
        try {
            call.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Whether an exception is one line that a user can act on. */
    static void checkLine(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        boolean meant = thrown instanceof IllegalStateException || thrown instanceof IllegalArgumentException
                || thrown.getClass().getName().startsWith("dev.gatun.")
                || thrown instanceof IndexOutOfBoundsException || thrown instanceof ArithmeticException
                || thrown instanceof WrongThreadException;
        if (!meant || thrown.getMessage() == null || message.contains("\n")) {
            throw new AssertionError("no answer for a user: " + thrown, thrown);
        }
    }

    /** Runs something on a thread of its own to its end, and throws what it throws. */
    static void elsewhere(Misuse call) throws Exception {
        CompletableFuture<Boolean> end = start(call);
        await(end);
    }

    static CompletableFuture<Boolean> start(Misuse call) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("stranger").start(() -> {
            try {
                call.run();
                end.complete(true);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    static void await(CompletableFuture<Boolean> end) throws Exception {
        try {
            end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("it never ends", e);
        }
    }

    /** Closes all buffers of the process, as a caller can who asks for the list. */
    static void closeOutstanding(List<Buffer> but) {
        for (Buffer buffer : MemoryBudget.outstanding()) {
            if (!but.contains(buffer)) {
                buffer.close();
            }
        }
    }
}
