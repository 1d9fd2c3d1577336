package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Window;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What can be checked by looking: the small operations, and the corners that figures do not reach. */
@ExtendWith(NoLeaks.class)
class OperationsByHandTest {
    private static final double NAN = Double.NaN;

    private final Operations bench = new Operations();

    private Value row(double... values) {
        return bench.tensor(values, 1, values.length);
    }

    /** The third batch after two weighs a third; the variance is made unbiased by 4 / 3. */
    @Test
    void cumulativeAveragesCountTheirBatches() {
        Value mean = bench.tensor(new double[] {3}, 1);
        Value variance = bench.tensor(new double[] {6}, 1);
        Value batches = bench.tensor(new double[] {2});
        bench.apply(new UpdateRunningStatistics(new Averaging.Cumulative(), 4), bench.tensor(new double[] {9}, 1),
                bench.tensor(new double[] {3}, 1), mean, variance, batches);
        List<double[]> out = bench.run(mean, variance, batches);
        assertThat(out.get(0)[0]).isCloseTo(5, within(1e-12));
        assertThat(out.get(1)[0]).isCloseTo(6 + (4 - 6) / 3.0, within(1e-12));
        assertThat(out.get(2)).containsExactly(3);
    }

    @Test
    void reluKeepsNaN() {
        Value y = bench.apply(new Unary(UnaryFunction.RELU), row(-1, 0, 2, NAN, Double.NEGATIVE_INFINITY)).getFirst();
        assertThat(bench.run(y).getFirst()).containsExactly(0, 0, 2, NAN, 0);
    }

    @Test
    void theReluOfASumKeepsNaN() {
        Value a = row(1, -3, 2, NAN);
        Value b = row(2, 1, -2, 1);
        Value sum = bench.apply(new Binary(BinaryFunction.ADD), a, b).getFirst();
        Value rectified = bench.apply(new Unary(UnaryFunction.RELU), sum).getFirst();
        List<double[]> out = bench.run(sum, rectified);
        assertThat(out.get(0)).containsExactly(3, -2, 0, NAN);
        assertThat(out.get(1)).containsExactly(3, 0, 0, NAN);
    }

    @Test
    void reluBackwardPassesGradientsWhereTheResultIsPositive() {
        Value y = row(0, 1, 2);
        Value one = bench.apply(new UnaryBackward(UnaryFunction.RELU), y, row(5, 6, 7)).getFirst();
        Value two = bench.apply(new UnaryBackward(UnaryFunction.RELU), y,
                bench.apply(new Binary(BinaryFunction.ADD), row(5, 6, 7), row(10, 20, 30)).getFirst()).getFirst();
        List<double[]> out = bench.run(one, two);
        assertThat(out.get(0)).containsExactly(0, 6, 7);
        assertThat(out.get(1)).containsExactly(0, 26, 37);
    }

    @Test
    void globalAvgPoolSpreadsItsGradient() {
        Value y = bench.apply(Pool.global(PoolKind.AVERAGE, Shape.of(1, 2, 2, 2)),
                bench.tensor(new double[] {1, 2, 3, 6, 0, 0, 0, 4}, 1, 2, 2, 2))
                .getFirst();
        Value diff = bench.apply(new PoolBackward(Pool.global(PoolKind.AVERAGE, Shape.of(1, 2, 2, 2)),
                Shape.of(1, 2, 2, 2)),
                bench.tensor(new double[] {4, 8}, 1, 2, 1, 1))
                .getFirst();
        List<double[]> out = bench.run(y, diff);
        assertThat(out.get(0)).containsExactly(3, 1);
        assertThat(out.get(1)).containsExactly(1, 1, 1, 1, 2, 2, 2, 2);
    }

    @Test
    void theFirstOfEqualValuesWinsTheWindow() {
        Pool op = new Pool(PoolKind.MAX, Window.square(2));
        List<Value> y = bench.apply(op, bench.tensor(new double[] {5, 5, 5, 5}, 1, 1, 2, 2));
        Value diff = bench.apply(
                new PoolBackward(op, Shape.of(1, 1, 2, 2)), bench.tensor(new double[] {7}, 1, 1, 1, 1), y.get(1))
                .getFirst();
        assertThat(bench.run(diff).getFirst()).containsExactly(7, 0, 0, 0);
    }

    // F.max_pool2d(torch.tensor([[[[1,2,nan,3],[2,2,0,nan]]]]), 2, 2, return_indices=True): (2, nan), (1, 7)
    @Test
    void theLastNaNWinsTheWindow() {
        Pool op = new Pool(PoolKind.MAX, Window.square(2));
        List<Value> y = bench.apply(op, bench.tensor(new double[] {1, 2, NAN, 3, 2, 2, 0, NAN}, 1, 1, 2, 4));
        Value diff = bench.apply(
                new PoolBackward(op, Shape.of(1, 1, 2, 4)), bench.tensor(new double[] {1, 2}, 1, 1, 1, 2), y.get(1))
                .getFirst();
        List<double[]> out = bench.run(y.getFirst(), diff);
        assertThat(out.get(0)).containsExactly(2, NAN);
        assertThat(out.get(1)).containsExactly(0, 1, 0, 0, 0, 0, 0, 2);
    }

    @Test
    void paddingNeverWinsTheWindow() {
        Value y = bench.apply(new Pool(PoolKind.MAX, Window.of(2, 2).stride(2).padding(1)),
                bench.tensor(new double[] {-1, -2, -3, Double.NEGATIVE_INFINITY}, 1, 1, 2, 2)).getFirst();
        assertThat(bench.run(y).getFirst()).containsExactly(-1, -2, -3, Double.NEGATIVE_INFINITY);
    }

    @Test
    void flattenAndReshapeKeepRowMajorOrder() {
        Value x = bench.tensor(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        Value flat = bench.apply(Reshape.flatten(x.type().shape()), x).getFirst();
        Value back = bench.apply(new Reshape(Shape.of(2, 1, 4)), flat).getFirst();
        List<double[]> out = bench.run(flat, back);
        assertThat(flat.type().shape()).isEqualTo(Shape.of(2, 4));
        assertThat(out.get(0)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(out.get(1)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    /** Batch {1, 2, 4}, momentum 0.1, running variance 1: 0.9 * 1 + 0.1 * 2.3333. */
    @Test
    void runningVarianceIsUnbiased() {
        Value one = bench.tensor(new double[] {1}, 1);
        Value mean = bench.tensor(new double[] {0}, 1);
        Value variance = bench.tensor(new double[] {1}, 1);
        List<Value> y = bench.apply(BatchNormalization.standard(), bench.tensor(new double[] {1, 2, 4}, 3, 1),
                one, bench.tensor(new double[] {0}, 1), mean, variance);
        bench.apply(new UpdateRunningStatistics(new Averaging.Exponential(0.1), 3), y.get(1), y.get(2), mean, variance);
        List<double[]> out = bench.run(y.get(2), mean, variance);
        assertThat(out.get(0)[0]).isCloseTo(14.0 / 9, within(1e-15));
        assertThat(out.get(1)[0]).isCloseTo(0.7 / 3, within(1e-15));
        assertThat(out.get(2)[0]).isCloseTo(0.9 + 0.7 / 3, within(1e-15));
    }

    @Test
    void aRowWithNaNIsNeverCorrect() {
        List<Value> loss = bench.apply(new SoftmaxCrossEntropy(),
                bench.tensor(new double[] {NAN, 1, 1, NAN, 3, 3}, 3, 2), bench.labels(0, 0, 0));
        List<double[]> out = bench.run(loss.get(0), loss.get(2));
        assertThat(out.get(0)).containsExactly(NAN);
        assertThat(out.get(1)).containsExactly(1);
    }

    @Test
    void labelsOutsideTheClassesAreRefused() {
        assertThatThrownBy(() -> lossOf(2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("softmax_cross_entropy: label 2 of row 1 is not in [0, 2)");
        assertThatThrownBy(() -> lossOf(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label -1 of row 1");
    }

    private static void lossOf(int label) {
        Operations bench = new Operations();
        Value logits = bench.tensor(new double[] {1, 2, 3, 4}, 2, 2);
        bench.run(bench.apply(new SoftmaxCrossEntropy(), logits, bench.labels(0, label)).getFirst());
    }
}
