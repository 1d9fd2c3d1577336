package dev.gatun.train.parallel.server;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.Closing;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.RankRole;
import dev.gatun.train.step.StepPlan;
import dev.gatun.train.step.StepState;
import dev.gatun.train.task.MetricSums;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker of a {@link ParameterServer}. In each step it computes the gradients of its batches with the parameters that
 * it has, pushes them, and waits for those of the next step. The losses and metrics of its steps are its own.
 */
final class ServedWorker implements ServedRank, Phase {
    private static final int SERVER = 0;

    private final ProcessGroup group;
    private final ServedModel model;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final HostView gradients;
    private final HostView buffers;
    private final HostView parameters;
    private final NumberMessage push;
    private final NumberMessage answer;
    private final double[] settled = new double[ParameterServer.SETTLED];
    private float lossScale = 1;
    private boolean stops;

    ServedWorker(ProcessGroup group, ServedModel model) {
        this.group = group;
        this.model = model;
        boolean complete = false;
        try {
            gradients = own(model.gradients());
            buffers = own(model.buffers());
            parameters = own(model.parameters());
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
        return new RankRole.Worker(this);
    }

    @Override
    public void prepare(StepPlan plan) {
        plan.weights = plan.batches == 0 ? 1 : plan.ownWeights();
        plan.summedWeights = plan.weights;
        plan.examples = plan.ownExamples;
    }

    @Override
    public void begin(Place place) {
        Place.ofAll(group, place);
        lossScale = model.optimizer().results().scale();
    }

    @Override
    public void run(StepState step) {
        gradients.fetch();
        buffers.fetch();
        if (!describe(step)) {
            return; // the step fails when its results are read
        }
        push.send(group, SERVER);
        if (step.batches > 0) {
            group.send(gradients.segment(), SERVER);
            group.send(buffers.segment(), SERVER);
        }
        if (!step.plan().endsEpoch) {
            takeAnswer();
        }
    }

    /** Fills in the numbers of a push; false where a loss is not finite. */
    private boolean describe(StepState step) {
        MetricSums metrics = model.metrics();
        metrics.reset();
        double[] numbers = push.values;
        numbers[Protocol.LOSS] = step.addResults(metrics);
        numbers[Protocol.WEIGHTS] = step.batches == 0 ? 0 : step.weights;
        numbers[Protocol.EXAMPLES] = step.plan().ownExamples;
        numbers[Protocol.GRADIENT_SCALE] = step.gradientScale;
        numbers[Protocol.LOSS_SCALE] = lossScale;
        numbers[Protocol.LAST] = step.plan().endsEpoch ? 1 : 0;
        numbers[Protocol.WANTS_STOP] = model.wantsStop().getAsBoolean() ? 1 : 0;
        metrics.write(numbers, Protocol.METRICS);
        return Double.isFinite(numbers[Protocol.LOSS]);
    }

    private void takeAnswer() {
        answer.receive(group, SERVER);
        stops = answer.values[Protocol.STOP] > 0;
        if (!stops) { // otherwise all meet
            group.receive(parameters.segment(), SERVER);
            parameters.store();
            scale(answer.values[Protocol.NEXT_LOSS_SCALE]);
        }
    }

    private void scale(double next) {
        if ((float) next != lossScale) {
            lossScale = (float) next;
            model.optimizer().control().setScale(lossScale, 0, 0);
        }
    }

    @Override
    public boolean settle(boolean whole) {
        settled[ParameterServer.WHOLE] = 0;
        settled[ParameterServer.STOPS] = 0;
        settled[ParameterServer.STEPS] = 0;
        settled[ParameterServer.SCALE] = 0;
        group.sum(settled);
        model.broadcast(group, parameters);
        model.optimizer().setSteps((long) settled[ParameterServer.STEPS]);
        scale(settled[ParameterServer.SCALE]);
        stops = settled[ParameterServer.STOPS] > 0;
        return settled[ParameterServer.WHOLE] > 0;
    }

    @Override
    public double loss() {
        return push.values[Protocol.LOSS];
    }

    @Override
    public MetricSums metrics() {
        return model.metrics();
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
        return true;
    }

    @Override
    public List<Long> rounds(int round) {
        return List.of();
    }

    @Override
    public int restore(List<Long> rounds, int round) {
        return rounds.get(group.rank() - 1).intValue();
    }

    @Override
    public Staleness staleness() {
        return Staleness.NONE;
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
