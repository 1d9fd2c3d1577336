package dev.gatun.dist.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads that do something at the same time. */
final class Together {
    private Together() {}

    /** What came of one: a value or a failure. */
    record Result<T>(@Nullable T value, @Nullable Throwable failure) {
        String message() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /** Runs all, and returns what came of them; fails when one does not end. */
    static <T> List<Result<T>> run(List<Callable<T>> works) throws InterruptedException {
        List<@Nullable Result<T>> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            int number = i;
            results.add(null);
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                Result<T> result;
                try {
                    result = new Result<>(works.get(number).call(), null);
                } catch (Throwable e) {
                    result = new Result<>(null, e);
                }
                synchronized (results) {
                    results.set(number, result);
                }
            }));
        }
        List<Result<T>> all = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            threads.get(i).join(TimeUnit.SECONDS.toMillis(30));
            synchronized (results) {
                Result<T> result = results.get(i);
                if (result == null) {
                    throw new AssertionError("thread " + i + " does not end");
                }
                all.add(result);
            }
        }
        return all;
    }
}
