package dev.gatun.engine;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Transfers;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.model.Model;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Residual;
import dev.gatun.reference.Elements;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import java.util.Random;

/** Small networks, and batches for them. */
final class Networks {
    private Networks() {}

    /** A stem, a block with and one without a projection, on images of 3x9x9 in 5 classes. */
    static Model residual() {
        return residual(10);
    }

    /** The same with another number of channels. */
    static Model residual(long channels) {
        Layer plain = new Residual(sequential(conv2d(channels, 3).padding(1).withoutBias(), batchNorm(), relu(),
                conv2d(channels, 3).padding(1).withoutBias(), batchNorm()), null);
        Layer strided = new Residual(
                sequential(conv2d(channels + 7, 3).stride(2).padding(1).withoutBias(), batchNorm()),
                sequential(conv2d(channels + 7, 1).stride(2).withoutBias(), batchNorm()));
        return new Model("residual", 3, 9, 9, 5, sequential(conv2d(channels, 3).padding(1), batchNorm(), relu(), plain,
                strided, globalAvgPool(), flatten(), linear(5)));
    }

    /** Convolution, pooling, dropout on rows and two linear layers, on images of 1x8x8 in 3 classes. */
    static Model plain() {
        return new Model("plain", 1, 8, 8, 3, sequential(conv2d(5, 3), relu(), maxPool(2), flatten(), linear(9), relu(),
                dropout(0.25), linear(3)));
    }

    static Graph training(Model model, int batchSize) {
        return Differentiation.differentiate(model.graph(batchSize), Model.LOSS);
    }

    static Graph inference(Model model, int batchSize) {
        return Inference.of(model.graph(batchSize));
    }

    /** Fills every input with the same numbers in every run. */
    static void fill(Program program, long seed) {
        for (Value input : program.graph().inputs()) {
            Random random = new Random(seed + input.name().hashCode());
            double[] values = random.doubles(input.type().shape().elements(), -1, 1).toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = input.type().dtype() == DType.I32 ? random.nextInt(3) : (float) values[i];
            }
            fill(program, input, values);
        }
    }

    static void fill(Program program, Value input, double... rowMajor) {
        Transfers.change(program.device(), program.input(input.name()), memory -> Elements.write(memory,
                Stored.of(input.type(), Layout.atTheEdge(input.type().shape())), rowMajor));
    }

    static float loss(Program program) {
        return output(program, Model.LOSS)[0];
    }

    static float[] output(Program program, String name) {
        return Transfers.floats(program.device(), program.output(name));
    }

    /** One step without an update. */
    static void step(Program program) {
        program.prepack();
        program.forward();
        program.backward();
        program.updateRunningStatistics();
    }
}
