package dev.gatun.lab;

import dev.gatun.data.image.disturbance.Disturbance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * All runs of a study with their results.
 *
 * @param contenders contenders
 * @param options    options of the laboratory
 * @param results    results of every run of {@link Trial#all}
 */
public record Study(List<Contender> contenders, LabOptions options, Map<Trial, TrialResult> results) {
    public Study {
        contenders = List.copyOf(contenders);
        results = Map.copyOf(results);
    }

    /** Returns the runs, in the order of their execution. */
    public List<Trial> trials() {
        return Trial.all(contenders, options);
    }

    /** Returns the result of a run. */
    public TrialResult result(Trial trial) {
        return Objects.requireNonNull(results.get(trial), () -> "no result of " + trial);
    }

    /** The results of all seeds. */
    List<TrialResult> results(Contender contender, Disturbance disturbance) {
        return LongStream.rangeClosed(1, options.seeds())
                .mapToObj(seed -> result(Trial.disturbed(contender, disturbance, seed))).toList();
    }

    /** Returns the results of all seeds on undisturbed images. */
    public List<TrialResult> plain(Contender contender) {
        return results(contender, Trial.CLEAN);
    }

    /** Returns the mean test accuracy over all seeds. */
    public double accuracy(Contender contender, Disturbance disturbance) {
        return results(contender, disturbance).stream().mapToDouble(TrialResult::accuracy).average().orElseThrow();
    }

    /** Returns the test accuracy with a factor of the learning rate, for the first seed. */
    public double accuracyAtRate(Contender contender, double factor) {
        return result(Trial.rate(contender, factor)).accuracy();
    }
}
