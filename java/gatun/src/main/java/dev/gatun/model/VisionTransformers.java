package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Bias;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Layers;
import dev.gatun.nn.MultiHeadAttention;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.Broadcast;
import dev.gatun.shape.Shape;

/**
 * Transformers on patches of images (Dosovitskiy et al., 2021). Variables are named and shaped as in timm's
 * checkpoints. The standard stem has patches of 16x16, the small one of 4x4.
 *
 * @param classes what is told apart
 * @param patch   height and width of a patch
 * @param width   of a token
 * @param depth   blocks
 * @param heads   of each block's attention
 */
record VisionTransformers(long classes, long patch, long width, int depth, int heads) implements Layer {
    private static final double EPSILON = 1e-6;
    private static final Initializer TOKEN = Initializers.normal(EPSILON);
    private static final Initializer WEIGHT = Initializers.normal(0.02);

    /** DeiT's smallest: tokens of 192, 12 blocks, 3 heads. */
    static Layer tiny(Images images) {
        int patch = images.small() ? 4 : 16;
        images.multipleOf("vit_tiny", patch);
        return new VisionTransformers(images.classes(), patch, 192, 12, 3);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        String prefix = name.isEmpty() ? "" : name + ".";
        Value patches = Layers.conv2d(width, patch).stride(patch).apply(graph, prefix + "patch_embed.proj", input);
        Shape grid = patches.type().shape();
        long count = grid.extent(2) * grid.extent(3);
        Value tokens = TensorFunctions.transpose(graph, prefix + "patch_embed.tokens",
                TensorFunctions.reshape(graph, prefix + "patch_embed.flat", patches, grid.extent(0), width, count),
                1, 2);
        Value first = graph.apply(prefix + "cls_tokens", new Broadcast(Shape.of(grid.extent(0), 1, width)),
                variable(graph, prefix + "cls_token", 1, TOKEN, input));
        Value x = Functions.add(graph, prefix + "embedded",
                TensorFunctions.concat(graph, prefix + "with_cls", 1, first, tokens),
                variable(graph, prefix + "pos_embed", count + 1, WEIGHT, input));
        for (int i = 0; i < depth; i++) {
            x = block(graph, prefix + "blocks." + i, x);
        }
        Value normal = norm().apply(graph, prefix + "norm", x);
        Value read = TensorFunctions.reshape(graph, prefix + "cls",
                TensorFunctions.slice(graph, prefix + "cls.token", normal, 1, 0, 1), grid.extent(0), width);
        return linear(classes).apply(graph, prefix + "head", read);
    }

    private Value block(GraphBuilder graph, String name, Value input) {
        Value attended = new MultiHeadAttention(heads, MultiHeadAttention.Mask.NONE,
                MultiHeadAttention.Names.TIMM, WEIGHT, 0)
                .apply(graph, name + ".attn", norm().apply(graph, name + ".norm1", input));
        Value x = Functions.add(graph, name + ".attended", input, attended);
        Value wide = linear(4 * width).apply(graph, name + ".mlp.fc1", norm().apply(graph, name + ".norm2", x));
        Value narrow = linear(width).apply(graph, name + ".mlp.fc2",
                Layers.gelu().apply(graph, name + ".mlp.act", wide));
        return Functions.add(graph, name, x, narrow);
    }

    private static LayerNorm norm() {
        return new LayerNorm(1, EPSILON);
    }

    private static Dense linear(long outputs) {
        return new Dense(outputs, Bias.WITH, WEIGHT);
    }

    private Value variable(GraphBuilder graph, String name, long tokens, Initializer start, Value input) {
        return graph.variable(new Variable(name, Shape.of(1, tokens, width), Variable.Kind.WEIGHT, start),
                input.type().dtype());
    }
}
