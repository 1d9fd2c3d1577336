package dev.gatun.io.onnx;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.SegmentChannel;
import dev.gatun.io.file.AtomicFile;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Writes a graph and its variables as an ONNX model of operator set 17, which ONNX Runtime and others run. The batch
 * size stays open: the first extent of inputs and outputs is called {@code batch}. Elements are streamed into the file.
 *
 * <p>What is rounded to integers of at most 8 bits becomes {@code QuantizeLinear} and {@code DequantizeLinear}, with
 * weights as integers of 8 bits, which take a quarter of the room, and biases of 32 where the scales are known: a
 * runtime may then compute on integers. Its sums are rounded once, to the next integers, so that now and then a result
 * near the middle of two of them falls on the other.
 */
public final class Onnx {
    private static final long IR_VERSION = 8;
    private static final long OPERATOR_SET = 17;
    /** A message in Protocol Buffers has less than 2 GiB. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private Onnx() {}

    /** An initializer: its header in memory, its elements from where they are. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and passed on within this package only
    private record Initializer(byte[] header, NamedTensor tensor) {
        long bytes() {
            return header.length + tensor.type().bytes();
        }
    }

    /**
     * Writes a model.
     *
     * @param file     created, or replaced as a whole
     * @param graphs   the graph in its inference form, for a batch size
     * @param tensors  the elements of a variable
     * @param metadata texts beside the graph, such as names of classes
     * @throws OnnxException when an operation has no form in ONNX, or the model has 2 GiB or more
     * @throws IllegalStateException    when a tensor gives more or fewer bytes than its type has
     * @throws dev.gatun.io.file.StorageException when the disk refuses; an earlier file is intact then
     */
    public static void write(
            Path file, IntFunction<Graph> graphs, Function<Variable, NamedTensor> tensors,
            Map<String, String> metadata) {
        BatchGraph batch = new BatchGraph(graphs);
        OnnxNodes nodes = new OnnxNodes(batch);
        OnnxTensors elements = new OnnxTensors(tensors);
        new OnnxTranslation(nodes, elements).run();
        Graph graph = batch.graph();
        graph.outputs().forEach((name, value) ->
                nodes.node("Identity", List.of(nodes.name(value)), List.of(name), Map.of()));

        Set<Variable> variables = new LinkedHashSet<>();
        graph.variables().forEach(value -> variables.add(Objects.requireNonNull(value.variable())));
        List<Initializer> initializers = Stream.concat(
                variables.stream().filter(variable -> nodes.reads(variable.name())).map(tensors),
                elements.made().stream()).map(Onnx::initializer).toList();

        ProtobufMessage ends = new ProtobufMessage().text(2, "gatun");
        graph.inputs().forEach(value -> ends.message(11, described(batch, value.name(), value)));
        graph.outputs().forEach((name, value) -> ends.message(12, described(batch, name, value)));

        long graphBytes = nodes.nodes().size() + nodes.constants().size() + ends.size()
                + initializers.stream().mapToLong(Initializer::bytes).sum();
        if (graphBytes >= MOST_BYTES) {
            throw new OnnxException("the model has " + graphBytes
                    + " bytes, and an ONNX file less than 2 GiB: export it as safetensors");
        }
        ProtobufMessage head = new ProtobufMessage().integer(1, IR_VERSION).text(2, "gatun")
                .message(8, new ProtobufMessage().text(1, "").integer(2, OPERATOR_SET));
        new TreeMap<>(metadata).forEach((key, value) ->
                head.message(14, new ProtobufMessage().text(1, key).text(2, value)));
        head.open(7, graphBytes);
        AtomicFile.write(file, partial -> {
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                SegmentChannel.write(channel, MemorySegment.ofArray(head.toBytes()));
                SegmentChannel.write(channel, MemorySegment.ofArray(nodes.nodes().toBytes()));
                SegmentChannel.write(channel, MemorySegment.ofArray(nodes.constants().toBytes()));
                for (Initializer initializer : initializers) {
                    SegmentChannel.write(channel, MemorySegment.ofArray(initializer.header));
                    initializer.tensor.writeTo(piece -> SegmentChannel.write(channel, piece));
                }
                SegmentChannel.write(channel, MemorySegment.ofArray(ends.toBytes()));
                channel.force(true);
            }
        });
    }

    private static Initializer initializer(NamedTensor tensor) {
        ProtobufMessage message = new ProtobufMessage();
        for (long extent : tensor.type().shape().extents()) {
            message.integer(1, extent);
        }
        message.integer(2, OnnxType.of(tensor.type().dtype())).text(8, tensor.name()).open(9, tensor.type().bytes());
        byte[] header = message.toBytes();
        byte[] outer = new ProtobufMessage().open(5, header.length + tensor.type().bytes()).toBytes();
        byte[] both = Arrays.copyOf(outer, outer.length + header.length);
        System.arraycopy(header, 0, both, outer.length, header.length);
        return new Initializer(both, tensor);
    }

    /** An input or output with its type; extents that depend on the batch size are named or left open. */
    private static ProtobufMessage described(BatchGraph batch, String name, Value value) {
        ProtobufMessage shape = new ProtobufMessage();
        for (BatchExtent extent : batch.shape(value)) {
            ProtobufMessage dimension = new ProtobufMessage();
            if (extent.isFixed()) {
                dimension.integer(1, extent.constant());
            } else if (extent.isBatch()) {
                dimension.text(2, "batch");
            }
            shape.message(1, dimension);
        }
        ProtobufMessage tensor = new ProtobufMessage().integer(1, OnnxType.of(value.type().dtype())).message(2, shape);
        return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
    }
}
