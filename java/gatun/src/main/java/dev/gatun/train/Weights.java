package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.Safetensors;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.json.Json;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Weights as a {@code state_dict} in a safetensors file, which PyTorch, torchvision and timm write and read under the
 * names that models have here. Tensors of f16, bf16 and f64 become f32. Elements pass through one small buffer.
 *
 * <pre>{@code
 * WeightsReport report = Weights.load(Path.of("resnet18.safetensors"), trainer, WeightsPart.BODY);
 * }</pre>
 */
public final class Weights {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long PIECE = 1L << 20;
    private static final Map<String, String> FORMAT = Map.of("format", "pt");

    private static final String CLASSES = "classes";

    private Weights() {}

    /**
     * Looks whether the tensors of a file fit the variables of a graph, by names, shapes and types.
     *
     * @throws CheckpointException when they do not as asked for, or the file cannot be read
     */
    public static WeightsReport check(Path file, Graph graph, WeightsPart part) {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            return match(open, variables(graph), part).report();
        }
    }

    /**
     * Sets the variables of a trainer. Its optimizer begins as it was.
     *
     * @throws CheckpointException   when the file does not fit as asked for, holds an element that is not finite, or
     *                               cannot be read; nothing is changed then
     * @throws IllegalStateException when steps are already on their way to a device that runs late
     */
    public static WeightsReport load(Path file, Trainer trainer, WeightsPart part) {
        trainer.checkSettled("loading weights");
        return load(file, trainer.described(), trainer.variables(), trainer.transfer(),
                trainer.device(), part, trainer.counters(), trainer.batchesTrained());
    }

    /**
     * Sets a network's own variables.
     *
     * @throws CheckpointException when the file does not fit as asked for, holds an element that is not finite, or
     *                             cannot be read; nothing is changed then
     */
    public static WeightsReport load(Path file, Network network, WeightsPart part) {
        Device device = network.program().device();
        try (TensorTransfer transfer = new TensorTransfer(device)) {
            return load(file, network.described(), network.variables(), transfer, device, part, network.counters(),
                    network.passes());
        }
    }

    private static List<Variable> variables(Graph graph) {
        return graph.variables().stream().map(Value::variable).map(Objects::requireNonNull).toList();
    }

    private static WeightsReport load(
            Path path, List<Variable> described, Variables variables, TensorTransfer transfer, Device device,
            WeightsPart part, BatchCounters counters, long trained) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            WeightsMatch match = match(file, described, part);
            try (HostBuffer piece = device.memory().allocate(Role.STAGING, "a piece of weights", PIECE)) {
                match.tensors().values().forEach(tensor -> checkFinite(file, tensor, piece.segment()));
            }
            match.tensors().forEach((name, tensor) -> {
                Variables.Slot slot = variables.slot(name);
                transfer.write(slot.stored(), variables.memory(slot),
                        (offset, elements) -> read(file, tensor, slot.stored().type().dtype(), offset, elements));
            });
            match.counters().forEach((counter, tensor) ->
                    counters.set(counter, BatchCounters.read(file, tensor), trained));
            return match.report();
        }
    }

    /**
     * Returns the elements of each variable of a graph, in row-major order, by name.
     *
     * @throws CheckpointException when the file does not have each variable, holds an element that is not finite, or
     *                             cannot be read
     */
    public static Map<String, float[]> read(Path file, Graph graph) {
        Map<String, float[]> values = new LinkedHashMap<>();
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            List<Variable> described = variables(graph);
            Map<String, String> tensors = match(open, described, WeightsPart.WHOLE).tensors();
            for (Variable variable : described) {
                String tensor = Objects.requireNonNull(tensors.get(variable.name()));
                MemorySegment bytes = MemorySegment.ofArray(
                        new byte[Math.toIntExact(variable.shape().elements() * Float.BYTES)]);
                checkFinite(open, tensor, bytes);
                read(open, tensor, DType.F32, 0, bytes);
                float[] elements = new float[Math.toIntExact(variable.shape().elements())];
                MemorySegment.copy(bytes, FLOAT, 0, MemorySegment.ofArray(elements), ValueLayout.JAVA_FLOAT, 0,
                        elements.length);
                values.put(variable.name(), elements);
            }
        }
        return values;
    }

    /**
     * Returns the names of the classes that {@link #save(Path, LoadedCheckpoint)} wrote beside the weights of a file.
     *
     * @throws CheckpointException when the file cannot be read
     */
    public static Optional<List<String>> classNames(Path file) {
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            String names = open.metadata().get(CLASSES);
            return names == null ? Optional.empty()
                    : ImageInput.classNames(Json.parseObject("{\"" + CLASSES + "\":" + names + "}", file.toString()));
        }
    }

    private static WeightsMatch match(SafetensorsFile file, List<Variable> variables, WeightsPart part) {
        WeightsMatch match = WeightsMatch.of(file, variables, part);
        match.check();
        return match;
    }

    /** A counter of batches among the variables is the one that files hold as an integer. */
    private static void read(
            SafetensorsFile file, String tensor, DType wanted, long offset, MemorySegment elements) {
        if (wanted != DType.F32) {
            throw new CheckpointException(file.path() + ": tensor " + tensor + " is for a variable of "
                    + wanted.lowerCase() + "; only those of f32 are loaded");
        }
        if (file.dtype(tensor).isFloating()) {
            file.readFloats(tensor, offset / Float.BYTES, elements);
        } else {
            elements.set(FLOAT, 0, (float) BatchCounters.read(file, tensor));
        }
    }

    private static void checkFinite(SafetensorsFile file, String tensor, MemorySegment piece) {
        if (!file.dtype(tensor).isFloating()) {
            return;
        }
        long elements = file.shape(tensor).elements();
        long most = piece.byteSize() / Float.BYTES;
        for (long first = 0; first < elements; first += most) {
            MemorySegment part = piece.asSlice(0, Math.min(most, elements - first) * Float.BYTES);
            file.readFloats(tensor, first, part);
            for (long i = 0; i < part.byteSize(); i += Float.BYTES) {
                if (!Float.isFinite(part.get(FLOAT, i))) {
                    throw new CheckpointException(file.path() + ": tensor " + tensor + " holds "
                            + part.get(FLOAT, i) + " in f32 at element " + (first + i / Float.BYTES)
                            + ": use weights that are finite");
                }
            }
        }
    }

    /**
     * Writes the variables of a checkpoint, or their average where it keeps one: what it is evaluated with. PyTorch's
     * {@code load_state_dict(strict=True)} takes the file. Its metadata has the names of a classifier's classes, a list
     * as JSON, under {@code classes}.
     *
     * @param file created, or replaced as a whole
     * @throws dev.gatun.io.file.StorageException when the disk refuses; an earlier file is intact then
     */
    public static void save(Path file, LoadedCheckpoint checkpoint) {
        Map<String, String> metadata = new TreeMap<>(FORMAT);
        TaskDescription.classNames(checkpoint).ifPresent(names -> metadata.put(CLASSES, Json.write(names)));
        write(file, tensors(checkpoint), metadata);
    }

    /**
     * Returns the variables of a checkpoint, or their average where it keeps one: what it is evaluated with. They are
     * read when they are written, so that the checkpoint must stay open until then.
     */
    public static List<NamedTensor> tensors(LoadedCheckpoint checkpoint) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (String name : checkpoint.model().names()) {
            tensors.add(TrainerState.averageOf(checkpoint, name)
                    .map(average -> tensor(checkpoint.optimizer(), average, name))
                    .orElseGet(() -> tensor(checkpoint.model(), name, name)));
        }
        return tensors;
    }

    /**
     * Writes the variables of a network that is trained.
     *
     * @param file created, or replaced as a whole
     * @throws IllegalStateException              when the network only computes: save the one that trains its variables
     * @throws dev.gatun.io.file.StorageException when the disk refuses; an earlier file is intact then
     */
    public static void save(Path file, Network network) {
        try (Checkpoint checkpoint = network.checkpoint()) {
            write(file, checkpoint.model(), FORMAT);
        }
    }

    private static void write(Path file, List<NamedTensor> tensors, Map<String, String> metadata) {
        List<NamedTensor> counted = tensors.stream().map(Weights::counted).toList();
        AtomicFile.write(file, partial -> Safetensors.write(partial, counted, metadata));
    }

    private static NamedTensor tensor(SafetensorsFile file, String tensor, String name) {
        TensorType type = file.type(tensor);
        return new NamedTensor(name, type, sink -> file.readPieces(tensor, PIECE, sink));
    }

    /** PyTorch's counters are integers, where a cumulative average keeps its own in f32. */
    private static NamedTensor counted(NamedTensor tensor) {
        if (!BatchCounters.is(tensor.name()) || tensor.type().dtype() != DType.F32) {
            return tensor;
        }
        return new NamedTensor(tensor.name(), new TensorType(DType.I64, Shape.of()), sink ->
                tensor.writeTo(piece -> sink.accept(BatchCounters.bytes(
                        Math.round((double) piece.get(FLOAT, 0))))));
    }
}
