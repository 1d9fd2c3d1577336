package dev.gatun.train.parallel.server;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.Closing;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.RankRole;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.step.StepState;
import dev.gatun.train.task.MetricSums;
import dev.gatun.update.kernel.StepBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rank 0 of asynchronous training. It applies the gradients of its workers one after the other, as they come, and
 * answers each with the parameters, at once or, where the worker is too far ahead, when the slowest has caught up. A
 * step of this rank is a round: as many gradients as there are workers, from whichever of them. Where no worker may be
 * ahead, gradients are applied in the order of the ranks, so that runs are reproducible.
 *
 * <p>When the run is to stop, the gradients that are on their way are still applied, and no worker is answered with
 * parameters; so each worker has finished whole rounds, which checkpoints keep, and no batch is trained twice or left
 * out when the run goes on.
 */
final class ParameterServer implements ServedRank, Phase {
    /** What all ranks hear when they meet: whether the epoch is whole. */
    static final int WHOLE = 0;
    /** Whether the run stops. */
    static final int STOPS = 1;
    /** Steps of the optimizer. */
    static final int STEPS = 2;
    /** The loss scale. */
    static final int SCALE = 3;
    /** How many numbers these are. */
    static final int SETTLED = 4;

    private final ProcessGroup group;
    private final ServedModel model;
    private final boolean inOrder;
    private final WorkerRounds rounds;
    private final IntPredicate senders;
    private final long[] pulledAt; // the number of updates that the parameters of each worker had seen
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final HostView gradients;
    private final HostView parameters;
    private final StatisticsOfWorkers statistics;
    private final NumberMessage push;
    private final NumberMessage answer;
    private final double[] metrics; // sums over a step
    private final double[] settled = new double[SETTLED];
    private Phase[] update = {};
    private int next = 1;
    private long target; // rounds of all workers together that end the current step
    private double loss;
    private double weights;
    private long examples;
    private long skipped;
    private long updates;
    private long totalAge;
    private long mostAge;
    private boolean updating;
    private boolean stops;

    ParameterServer(ProcessGroup group, ServedModel model, int staleness) {
        this.group = group;
        this.model = model;
        inOrder = staleness == 0;
        int workers = group.size() - 1;
        rounds = new WorkerRounds(workers, staleness);
        senders = rank -> rank > 0 && rounds.computes(rank - 1);
        pulledAt = new long[workers];
        metrics = new double[model.metrics().numbers()];
        boolean complete = false;
        try {
            gradients = own(model.gradients());
            parameters = own(model.parameters());
            statistics = own(new StatisticsOfWorkers(model.device(), model.variables(), workers));
            push = own(model.push());
            answer = own(model.answer());
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    @Override
    public RankRole role() {
        return new RankRole.Server(phases -> {
            update = phases.toArray(Phase[]::new);
            return this;
        });
    }

    @Override
    public void prepare(StepPlan plan) {
        plan.clear();
    }

    @Override
    public void begin(Place place) {
        List<Place> all = Place.ofAll(group, place);
        for (int worker = 0; worker < rounds.workers(); worker++) {
            Place its = all.get(worker + 1);
            rounds.start(worker, its.round(), its.ended());
        }
        target = (long) place.round() * rounds.workers();
        everyWorkerHasAll();
    }

    /** All workers have the variables of this rank. */
    private void everyWorkerHasAll() {
        Arrays.fill(pulledAt, updates);
        statistics.start();
    }

    @Override
    public void run(StepState step) {
        loss = 0;
        weights = 0;
        examples = 0;
        skipped = 0;
        Arrays.fill(metrics, 0);
        target += rounds.workers();
        serve(step);
        while (rounds.total() < target) {
            answerWhoMayGoOn();
            serve(step);
        }
        stops |= model.wantsStop().getAsBoolean();
        if (stops) {
            while (rounds.anyComputes()) {
                serve(step);
            }
            stopWhoWaits();
        } else {
            answerWhoMayGoOn();
        }
        statistics.takeMean();
        model.metrics().read(metrics, 0);
        step.setResults(examples, weights == 0 ? 1 : weights);
    }

    /** Takes the gradients of one worker. */
    private void serve(StepState step) {
        int rank = inOrder ? rounds.firstComputing() + 1 : group.awaitSender(next, senders);
        next = rank + 1 == group.size() ? 0 : rank + 1;
        push.receive(group, rank);
        double[] numbers = push.values;
        if (numbers[Protocol.EXAMPLES] > 0) {
            group.receive(gradients.segment(), rank);
            group.receive(statistics.of(rank - 1), rank);
            gradients.store();
            apply(step);
            age(rank - 1);
            count();
        }
        stops |= numbers[Protocol.WANTS_STOP] > 0;
        rounds.finish(rank - 1, numbers[Protocol.LAST] > 0);
    }

    /** The gradients may have another loss scale than the current one. */
    private void apply(StepState step) {
        StepBlock block = model.optimizer().results();
        step.gradientScale = push.values[Protocol.GRADIENT_SCALE] * (block.scale() / push.values[Protocol.LOSS_SCALE]);
        updating = true;
        for (Phase phase : update) {
            phase.run(step);
        }
        updating = false;
        skipped += model.optimizer().results().skipped() ? 1 : 0;
    }

    private void age(int worker) {
        long age = updates - pulledAt[worker];
        totalAge += age;
        mostAge = Math.max(mostAge, age);
        updates++;
    }

    private void count() {
        double[] numbers = push.values;
        loss += numbers[Protocol.LOSS];
        weights += numbers[Protocol.WEIGHTS];
        examples += (long) numbers[Protocol.EXAMPLES];
        for (int i = 0; i < metrics.length; i++) {
            metrics[i] += numbers[Protocol.METRICS + i];
        }
    }

    private void answerWhoMayGoOn() {
        for (int worker = 0; worker < rounds.workers(); worker++) {
            if (rounds.mayGoOn(worker)) {
                answer(worker, false);
                parameters.fetch();
                group.send(parameters.segment(), worker + 1);
                pulledAt[worker] = updates;
                rounds.goOn(worker);
            }
        }
    }

    private void stopWhoWaits() {
        for (int worker = 0; worker < rounds.workers(); worker++) {
            if (rounds.waits(worker)) {
                answer(worker, true);
            }
        }
    }

    private void answer(int worker, boolean stop) {
        answer.values[Protocol.STOP] = stop ? 1 : 0;
        answer.values[Protocol.NEXT_LOSS_SCALE] = model.optimizer().results().scale();
        answer.send(group, worker + 1);
    }

    @Override
    public boolean settle(boolean whole) {
        StepBlock block = model.optimizer().results();
        settled[WHOLE] = whole ? 1 : 0;
        settled[STOPS] = stops ? 1 : 0;
        settled[STEPS] = block.steps();
        settled[SCALE] = block.scale();
        group.sum(settled);
        model.broadcast(group, parameters);
        if (whole) {
            rounds.startEpoch();
            target = 0;
            everyWorkerHasAll();
        }
        return whole;
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public MetricSums metrics() {
        return model.metrics();
    }

    @Override
    public long skipped(boolean latest) {
        return skipped;
    }

    @Override
    public boolean stops() {
        return stops;
    }

    @Override
    public void reset() {
        stops = false;
    }

    @Override
    public boolean isWhole() {
        return !updating;
    }

    @Override
    public List<Long> rounds(int round) {
        long ahead = rounds.total() - (long) round * rounds.workers();
        boolean between = ahead < 0 || ahead >= rounds.workers(); // two epochs, or before the first step of a run
        return IntStream.range(0, rounds.workers())
                .mapToObj(worker -> (long) (between ? round : rounds.finished(worker))).toList();
    }

    @Override
    public int restore(List<Long> finished, int round) {
        for (int worker = 0; worker < rounds.workers(); worker++) {
            rounds.start(worker, finished.get(worker).intValue(), false);
        }
        return round;
    }

    @Override
    public Staleness staleness() {
        return new Staleness(updates, totalAge, mostAge);
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
