package dev.gatun.engine;

import dev.gatun.memory.MemoryBudgetException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Chooses among candidates: as recorded, as remembered, as measured, or the first; and keeps what it chose. */
final class Tuner {
    /** What all measurements of kernels for one program in one layout may take together, in nanoseconds. */
    static final long LIMIT = 30_000_000_000L;
    /** So much faster must a candidate be than the first to be preferred: noise shall not decide. */
    private static final double MARGIN = 0.97;
    /** Of the time of a measurement, as much as its threads may be kept waiting: a busy neighbour costs more. */
    private static final double DELAY = 0.25;

    private final KernelChoices recorded;
    private final Tuning tuning;
    private final @Nullable ChoiceCache cache;
    private final SortedMap<String, String> chosen = new TreeMap<>();
    private final long deadline;
    private final LongSupplier delay;
    private boolean cutOff;
    private boolean disturbed;
    private boolean restsOnDisturbed;

    Tuner(KernelChoices recorded, Tuning tuning, @Nullable ChoiceCache cache) {
        this(recorded, tuning, cache, LIMIT, RunDelay::nanos);
    }

    /**
     * @param limit of all measurements together, in nanoseconds
     * @param delay how long the process was kept waiting so far, in nanoseconds
     */
    Tuner(KernelChoices recorded, Tuning tuning, @Nullable ChoiceCache cache, long limit, LongSupplier delay) {
        this.recorded = recorded;
        this.tuning = tuning;
        this.cache = cache;
        this.deadline = System.nanoTime() + limit;
        this.delay = delay;
    }

    /** Whether it can use more candidates for a problem than the first. */
    boolean compares(String problem) {
        return tuning == Tuning.MEASURED || recorded.of(problem).isPresent();
    }

    /** Whether the limit kept it from measuring something: what it chose then may not be the fastest. */
    boolean wasCutOff() {
        return cutOff;
    }

    /** Says that what is measured rests on choices that another tuner was cut off in: it is not to be remembered. */
    void cutOff() {
        cutOff = true;
    }

    /** Whether a busy neighbour disturbed some measurement: what it chose then may not be the fastest. */
    boolean wasDisturbed() {
        return disturbed;
    }

    /** Says that what is measured rests on choices that were disturbed: this process alone is to remember it. */
    void disturb() {
        disturbed = true;
        restsOnDisturbed = true;
    }

    /** What was chosen so far. */
    KernelChoices chosen() {
        return new KernelChoices(chosen);
    }

    /**
     * Chooses.
     *
     * @param problem in words
     * @param names   the candidates, at least one
     * @param nanos   times one of them
     */
    String choose(String problem, List<String> names, ToLongFunction<String> nanos) {
        String choice = known(problem, names).orElseGet(() -> switch (tuning) {
            case FIRST -> names.getFirst();
            case MEASURED -> names.size() == 1 ? names.getFirst() : measure(problem, names, nanos);
        });
        chosen.put(problem, choice);
        return choice;
    }

    private Optional<String> known(String problem, List<String> names) {
        Optional<String> known = recorded.of(problem).or(() -> Optional.ofNullable(chosen.get(problem)))
                .filter(names::contains);
        return known.isPresent() || cache == null || tuning == Tuning.FIRST
                ? known : cache.find(problem).filter(names::contains);
    }

    private String measure(String problem, List<String> names, ToLongFunction<String> nanos) {
        if (System.nanoTime() > deadline) {
            cutOff = true;
            return names.getFirst();
        }
        String best = names.getFirst();
        long begin = System.nanoTime();
        long delayed = delay.getAsLong();
        try {
            long shortest = (long) (nanos.applyAsLong(best) * MARGIN);
            for (String name : names.subList(1, names.size())) {
                long time = nanos.applyAsLong(name);
                if (time < shortest) {
                    shortest = time;
                    best = name;
                }
            }
        } catch (MemoryBudgetException _) {
            return names.getFirst(); // no room to try: nothing was learnt
        }
        boolean undisturbed = delay.getAsLong() - delayed <= DELAY * (System.nanoTime() - begin);
        disturbed |= !undisturbed;
        if (cache != null && !cutOff) {
            if (undisturbed && !restsOnDisturbed) {
                cache.store(problem, best);
            } else {
                cache.storeForThisProcess(problem, best);
            }
        }
        return best;
    }
}
