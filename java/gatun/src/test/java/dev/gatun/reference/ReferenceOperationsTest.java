package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The reference's operations one by one, against figures of PyTorch 2.13.0 in float64. In the scripts:
 * {@code w = lambda phase, *s: torch.sin(0.7 * torch.arange(math.prod(s), dtype=torch.float64) + phase).reshape(s)}.
 */
@ExtendWith(NoLeaks.class)
class ReferenceOperationsTest {
    private final Operations bench = new Operations();

    private static void same(double[] actual, double... figures) {
        assertThat(actual).containsExactly(figures, within(1e-12));
    }

    // x, k, b = w(0,1,2,4,3), w(1,2,1,2,2), w(2,2)
    // y = F.conv2d(x, k, b, stride=(2,1), padding=(1,0), dilation=(1,2), groups=2); y.backward(w(3,*y.shape))
    @Test
    void convolution() {
        Convolution op = Convolution.over(2).stride(2, 1).padding(1, 0).dilation(1, 2).groups(2);
        Value x = bench.waves(0, 1, 2, 4, 3);
        Value weight = bench.waves(1, 2, 1, 2, 2);
        Value bias = bench.waves(2, 2);
        Value diff = bench.waves(3, 1, 2, 3, 1);
        Value y = bench.apply(op, x, weight, bias).getFirst();
        Value diffX = bench.apply(new ConvolutionBackwardData(op, x.type().shape()), diff, weight).getFirst();
        List<Value> diffs = bench.apply(new ConvolutionBackwardWeights(op, weight.type().shape(), true), x, diff);
        List<double[]> out = bench.run(y, diffX, diffs.get(0), diffs.get(1));
        same(out.get(0), 0.95027307939331, 0.672837851377803, 1.903377500567496, -0.190601509315522, 1.16980690474907,
                0.283389325255578);
        same(out.get(1), 0.095321369483522, 0.0, 0.005867863417721, -0.445841739277085, 0.0, -0.525419856244889,
                -0.357884804908999, 0.0, -0.022030937720074, -0.800745534261048, 0.0, -0.943670290229823,
                0.81791529143651, 0.0, 0.346140505679558, 0.284270509623492, 0.0, 0.454162623109791, 0.410454958460814,
                0.0, 0.173703913312075, -0.131622862211034, 0.0, -0.210286267267597);
        same(out.get(2), -0.473359662192383, -0.7544853090546, 0.461792343764955, 0.473534553133116, 0.590645615544655,
                0.204996650808535, -0.806821557626851, -0.120946577771019);
        same(out.get(3), -1.340318206738142, -1.175296873653674);
    }

    // x, k, b = w(0,2,3), w(1,2,3), w(2,2); y = F.linear(x, k, b); y.backward(w(3,*y.shape))
    @Test
    void linear() {
        Value x = bench.waves(0, 2, 3);
        Value weight = bench.waves(1, 2, 3);
        Value bias = bench.waves(2, 2);
        Value diff = bench.waves(3, 2, 2);
        Value y = bench.apply(new Linear(), x, weight, bias).getFirst();
        Value diffX = bench.apply(new LinearBackwardData(x.type().shape()), diff, weight).getFirst();
        List<Value> diffs = bench.apply(new LinearBackwardWeights(weight.type().shape(), true), x, diff);
        List<double[]> out = bench.run(y, diffX, diffs.get(0), diffs.get(1));
        same(out.get(0), 2.213780446421652, -0.930096585696077, 1.73091786844406, 0.601208724310893);
        same(out.get(1), 0.096717454438161, 0.464128169765239, 0.613252154649022, -0.839241522042702,
                -0.377203271296973, 0.262239571903419);
        same(out.get(2), -0.821431823503924, -0.22786341320148, 0.472872720793666, -0.79917190556635,
                -0.651466761131157, -0.197366619487041);
        same(out.get(3), -0.810482065829649, -1.455650823236226);
    }

    // x, s, b, m, v = w(0,2,2,3), w(1,2), w(2,2), w(4,2), 1 + w(5,2)
    // y = torch.relu(F.batch_norm(x, m, v, s, b, True, 0.1, 1e-5)); y.backward(w(3,*y.shape))
    @Test
    void batchNormalizationWithReluInTraining() {
        BatchNormalization op = BatchNormalization.standard();
        Value x = bench.waves(0, 2, 2, 3);
        Value scale = bench.waves(1, 2);
        Value shift = bench.waves(2, 2);
        Value mean = bench.waves(4, 2);
        Value variance = runningVariance();
        Value diff = bench.waves(3, 2, 2, 3);
        List<Value> y = bench.apply(op, x, scale, shift, mean, variance);
        Value rectified = bench.apply(new Unary(UnaryFunction.RELU), y.getFirst()).getFirst();
        Value before = bench.apply(new UnaryBackward(UnaryFunction.RELU), rectified, diff).getFirst();
        List<Value> diffs = bench.apply(new BatchNormalizationBackward(op),
                x, before, scale, shift, y.get(1), y.get(2), y.get(3));
        bench.apply(new UpdateRunningStatistics(op.averaging(), 6), y.get(1), y.get(2), mean, variance);
        List<double[]> out = bench.run(rectified, diffs.get(0), diffs.get(1), diffs.get(2), mean, variance);
        same(out.get(0), 1.068998184686178, 1.790447928912741, 2.172588585466336, 1.361351019344823, 0.25266156834421,
                0.0, 0.092933524341251, 0.0, 0.362052126771264, 0.0, 0.928507732817585, 1.623628590898321);
        same(out.get(1), 0.236501624826166, -0.002128086099598, -0.20285434287452, -0.200764556525912,
                -0.100572575196624, -0.252116306005039, 0.273550860044968, -0.703518143129252, 0.398448087232235,
                0.351835106195429, 0.261768241571569, -0.060149910039423);
        same(out.get(2), -3.204265030299082, -2.219003031697587);
        same(out.get(3), 0.187746754985124, -2.891072988901048);
        same(out.get(4), -0.69538270587187, -0.858107881437769);
        same(out.get(5), 0.104717476739524, 0.431168739171841);
    }

    private Value runningVariance() {
        double[] variance = Operations.wave(5, 2);
        return bench.tensor(new double[] {1 + variance[0], 1 + variance[1]}, 2);
    }

    // torch.relu(F.batch_norm(x, m, v, s, b, False)) with the same tensors
    @Test
    void batchNormalizationWithReluInInference() {
        BatchNormalization op = BatchNormalization.standard().withMode(BatchNormalization.Mode.INFERENCE);
        List<Value> y = bench.apply(op, bench.waves(0, 2, 2, 3), bench.waves(1, 2), bench.waves(2, 2),
                bench.waves(4, 2), runningVariance());
        assertThat(y).hasSize(1);
        Value rectified = bench.apply(new Unary(UnaryFunction.RELU), y.getFirst()).getFirst();
        same(bench.run(rectified).getFirst(), 4.05108068794567, 6.725480361346967, 8.142068079700008,
                3.183693580311399, 2.402244446325981, 1.387716001430571, 0.432828647890527, 0.0, 1.430445887628599,
                1.931538264713135, 2.87860813812302, 3.368557412982759);
    }

    // x = w(0,1,1,4,4); y = F.max_pool2d(x, 3, 2, 1); y.backward(w(3,*y.shape))
    @Test
    void maxPool() {
        Pool op = new Pool(PoolKind.MAX, Window.of(3, 3).stride(2).padding(1));
        Value x = bench.waves(0, 1, 1, 4, 4);
        List<Value> y = bench.apply(op, x);
        Value diffX = bench.apply(new PoolBackward(op, x.type().shape()), bench.waves(3, 1, 1, 2, 2), y.get(1))
                .getFirst();
        List<double[]> out = bench.run(y.getFirst(), diffX);
        same(out.get(0), 0.644217687237691, 0.98544972998846, 0.854598908088281, 0.988168233877);
        same(out.get(1), 0.0, 0.141120008059867, -0.529836140908493, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                -0.925814682327732, -0.951602073889516, 0.0, 0.0, 0.0);
    }

    // x = w(0,1,1,4,4); y = F.avg_pool2d(x, (3,2), (2,1), 1); y.backward(w(3,*y.shape))
    @Test
    void avgPool() {
        Pool op = new Pool(PoolKind.AVERAGE, Window.of(3, 2).stride(2, 1).padding(1));
        Value x = bench.waves(0, 1, 1, 4, 4);
        Value y = bench.apply(op, x).getFirst();
        Value diffX = bench.apply(new PoolBackward(op, x.type().shape()), bench.waves(3, 1, 1, 2, 5)).getFirst();
        List<double[]> out = bench.run(y, diffX);
        same(out.get(0), 0.055831358359318, 0.104737101617329, 0.067884736187157, -0.000894881400098,
                -0.019873874329243, 0.093053403395311, 0.090574909252658, -0.099323211300441, -0.242508073610955,
                -0.145663356453167);
        same(out.get(1), -0.064786022141438, -0.246906369133002, -0.312902792702875, -0.231736143623582,
                0.103345286514724, 0.051861831815153, -0.024013052750561, -0.088594223393386, 0.168131308656161,
                0.298768200948154, 0.288889739952314, 0.143141920230196, 0.168131308656161, 0.298768200948154,
                0.288889739952314, 0.143141920230196);
    }

    // x = 3 * w(0,3,4); F.cross_entropy(x, torch.tensor([1,0,3])).backward()
    @Test
    void softmaxCrossEntropy() {
        double[] logits = Operations.wave(0, 3, 4);
        for (int i = 0; i < logits.length; i++) {
            logits[i] *= 3;
        }
        List<double[]> out = loss(bench.tensor(logits, 3, 4), bench.labels(1, 0, 3));
        same(out.get(0), 0.762393255313197);
        same(out.get(1), 0.024715600694735, 0.17073074297732, 0.475222844955309, 0.329330811372636, 0.851935540306025,
                0.108874596982528, 0.022824148023927, 0.016365714687519, 0.005420471886914, 0.037880046305303,
                0.258512121735098, 0.698187360072685);
        same(out.get(2), 2);
        same(out.get(3), 0.008238533564912, -0.276423085674227, 0.158407614985103, 0.109776937124212,
                -0.049354819897992, 0.036291532327509, 0.007608049341309, 0.005455238229173, 0.001806823962305,
                0.012626682101768, 0.086170707245033, -0.100604213309105);
    }

    // x = torch.tensor([[1e4,-1e4,0],[1e4,1e4,-1e4]]); F.cross_entropy(x, torch.tensor([1,0])).backward()
    @Test
    void softmaxCrossEntropyOfExtremeLogits() {
        List<double[]> out =
                loss(bench.tensor(new double[] {1e4, -1e4, 0, 1e4, 1e4, -1e4}, 2, 3), bench.labels(1, 0));
        assertThat(out.get(0)[0]).isCloseTo(10000.34657359028, within(1e-10));
        same(out.get(2), 1);
        same(out.get(3), 0.5, -0.5, 0.0, -0.25, 0.25, 0.0);
    }

    private List<double[]> loss(Value logits, Value labels) {
        List<Value> loss = bench.apply(new SoftmaxCrossEntropy(), logits, labels);
        Value diff = bench.apply(new SoftmaxCrossEntropyBackward(), loss.get(1), labels, bench.tensor(new double[] {1}))
                .getFirst();
        return bench.run(loss.get(0), loss.get(1), loss.get(2), diff);
    }
}
