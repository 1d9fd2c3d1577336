package dev.gatun.train.epoch;

import dev.gatun.data.EpochBatches;
import dev.gatun.data.Sampler;
import dev.gatun.optim.schedule.ChainedSchedule;
import dev.gatun.optim.schedule.ConstantFactorSchedule;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.optim.schedule.SequentialSchedule;
import dev.gatun.train.parallel.Rounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The epochs of a run, in stages with batches of one size each. Epochs are counted from 0; the one after the last may
 * be asked for too. What a step asks for allocates nothing.
 */
public final class EpochPlan {
    private final int epochs;
    private final BatchGrowth growth;
    private final Rounds[] rounds;
    private final int[] begins;

    private EpochPlan(int epochs, BatchGrowth growth, List<Rounds> rounds, List<Integer> begins) {
        this.epochs = epochs;
        this.growth = growth;
        this.rounds = rounds.toArray(Rounds[]::new);
        this.begins = begins.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Plans a run.
     *
     * @param epochs epochs of the run, at least 1
     * @param first  rounds of its first epoch
     * @throws IllegalArgumentException when the batch is to grow after the last epoch began
     */
    public static EpochPlan of(int epochs, Rounds first, BatchGrowth growth) {
        growth.check(epochs);
        List<Rounds> rounds = new ArrayList<>(List.of(first));
        List<Integer> begins = new ArrayList<>(List.of(0));
        for (int i = 0; i < growth.points().size(); i++) {
            int begin = Math.toIntExact(growth.begin(i, epochs));
            if (begin == begins.getLast()) { // it grows twice there
                rounds.removeLast();
                begins.removeLast();
            }
            int size = growth.size(first.batchSize(), i + 1, first.examples());
            if (size > rounds.getLast().batchSize()) {
                rounds.add(first.withBatchSize(size));
                begins.add(begin);
            }
        }
        return new EpochPlan(epochs, growth, rounds, begins);
    }

    /** Returns the number of epochs. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of steps of the run. */
    public long steps() {
        return stepsBefore(epochs);
    }

    /** Returns the stage that an epoch belongs to, counted from 0. */
    public int stage(int epoch) {
        int stage = 0;
        while (stage + 1 < begins.length && begins[stage + 1] <= epoch) {
            stage++;
        }
        return stage;
    }

    /** Returns the rounds of each stage. */
    public List<Rounds> stages() {
        return List.of(rounds);
    }

    /** Returns the first epoch of a stage. */
    public int begin(int stage) {
        return begins[stage];
    }

    /** Returns the rounds of an epoch. */
    public Rounds rounds(int epoch) {
        return rounds[stage(epoch)];
    }

    /** Returns the number of steps before an epoch. */
    public long stepsBefore(int epoch) {
        long sum = 0;
        for (int stage = 0; stage < rounds.length; stage++) {
            sum += (long) epochsBefore(epoch, stage) * rounds[stage].steps();
        }
        return sum;
    }

    /** Returns the number of rounds before an epoch. */
    public long roundsBefore(int epoch) {
        long sum = 0;
        for (int stage = 0; stage < rounds.length; stage++) {
            sum += (long) epochsBefore(epoch, stage) * rounds[stage].count();
        }
        return sum;
    }

    /** How many epochs of a stage come before an epoch. */
    private int epochsBefore(int epoch, int stage) {
        int end = stage + 1 < begins.length ? begins[stage + 1] : epochs;
        return Math.max(0, Math.min(epoch, end) - begins[stage]);
    }

    /** Returns the sizes of batches that any rank has in any epoch; the first is the largest of the first epoch. */
    public List<Integer> sizes() {
        return Arrays.stream(rounds).flatMap(each -> each.sizes().stream()).distinct().toList();
    }

    /** Returns the largest number of batches that this rank has in a step. */
    public int mostBatches() {
        return Arrays.stream(rounds).mapToInt(Rounds::mostBatches).max().orElseThrow();
    }

    /** Returns this rank's batches in the epochs of each stage. */
    public List<EpochBatches> batches(Sampler all) {
        return Arrays.stream(rounds).map(each -> each.batches(all)).toList();
    }

    /** Returns the length of the run for schedules that are relative to it. */
    public RunLength length() {
        List<RunLength.Stretch> stretches = new ArrayList<>();
        for (int stage = 0; stage < rounds.length; stage++) {
            stretches.add(new RunLength.Stretch(epochsBefore(epochs, stage), rounds[stage].steps()));
        }
        return new RunLength(steps(), stretches);
    }

    /** Returns a schedule of the learning rate times what the rate follows the batch by. */
    public Schedule following(Schedule schedule) {
        if (rounds.length == 1 || growth.rate() == BatchGrowth.Rate.CONSTANT) {
            return schedule;
        }
        List<Schedule> factors = new ArrayList<>();
        List<Long> milestones = new ArrayList<>();
        for (int stage = 0; stage < rounds.length; stage++) {
            double ratio = (double) rounds[stage].batchSize() / rounds[0].batchSize();
            factors.add(new ConstantFactorSchedule(growth.rate().of(ratio), RunLength.MOST_STEPS));
            if (stage > 0) {
                milestones.add(stepsBefore(begins[stage]));
            }
        }
        return new ChainedSchedule(List.of(schedule, new SequentialSchedule(factors, milestones)));
    }

    /** Returns the sizes in words: {@code 32, 64 from epoch 4 on, 128 from epoch 7 on}. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int stage = 0; stage < rounds.length; stage++) {
            text.append(stage == 0 ? "" : ", ").append(rounds[stage].batchSize())
                    .append(stage == 0 ? "" : " from epoch " + (begins[stage] + 1) + " on");
        }
        boolean all = rounds[rounds.length - 1].batchSize() == rounds[0].examples();
        return text.append(all ? ": all examples" : "").toString();
    }
}
