package dev.gatun.cli.run;

import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Launched;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Converts the first Ctrl-C, SIGTERM or SIGHUP (the terminal was closed) to a stop request, and ends the process at a
 * second Ctrl-C or SIGTERM; a second SIGHUP changes nothing, as a closed terminal and its shell each send one. A
 * shutdown hook would not do: the JVM ignores a second Ctrl-C while hooks run. The JVM's signals have no public API, so
 * they are reached by name; where they are missing a signal ends the process as usual. A rank that {@code gatun launch}
 * has started hears SIGTERM alone: the launcher turns all three into it, as a terminal sends the others to all of them.
 */
public final class StopSignals implements AutoCloseable {
    private static final String HANG_UP = "HUP";

    private final Map<Object, Object> previous = new LinkedHashMap<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable Runnable request;

    private final PrintStream err;

    private StopSignals(PrintStream err) {
        this.err = err;
    }

    /**
     * Installs the handlers until this is closed. Before {@link #onStop} a signal ends the process at once: there is
     * nothing to save.
     *
     * @param err stream for the messages
     */
    public static StopSignals listen(PrintStream err) {
        StopSignals signals = new StopSignals(err);
        for (String name : List.of("INT", "TERM", HANG_UP)) {
            try {
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                boolean ignored = Launched.isHere() && !name.equals("TERM");
                Object ours = ignored ? handler.getField("SIG_IGN").get(null) : Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                        (_, method, _) -> signals.invoked(method, name.equals(HANG_UP)));
                Object signal = Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
                signals.previous.put(signal, handle(signal, ours));
            } catch (ReflectiveOperationException _) {
                // The user asked the JVM to leave its signals alone (-Xrs), or it has none.
            }
        }
        return signals;
    }

    /** Sets the action of the first signal, which runs on a thread of the JVM. */
    public void onStop(Runnable newRequest) {
        request = newRequest;
    }

    private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
        return Class.forName("sun.misc.Signal")
                .getMethod("handle", Class.forName("sun.misc.Signal"), Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal, handler);
    }

    /** Objects' own methods are never called on a handler; if they were, these answers would do. */
    private Object invoked(Method method, boolean hangUp) {
        return switch (method.getName()) {
            case "handle" -> {
                arrived(hangUp);
                yield 0;
            }
            case "equals" -> false;
            case "hashCode" -> 0;
            default -> "stop the run";
        };
    }

    private void arrived(boolean hangUp) {
        Runnable wanted = request;
        if (hangUp && wanted != null && stopped.get()) {
            return;
        }
        if (wanted == null || !stopped.compareAndSet(false, true)) {
            err.println("gatun: " + (wanted == null ? "interrupted before the first step: nothing was saved"
                    : "ended at once"));
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
        } else {
            wanted.run();
        }
    }

    @Override
    public void close() {
        for (Map.Entry<Object, Object> entry : previous.entrySet()) {
            try {
                handle(entry.getKey(), entry.getValue());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot give back a signal", e);
            }
        }
        previous.clear();
    }
}
