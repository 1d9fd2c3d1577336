package dev.gatun.train;

import dev.gatun.engine.TensorTransfer;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** Variables and states of a device as the tensors of a checkpoint and back: row-major, under PyTorch's names. */
final class SavedTensors {
    private static final String RUNNING_MEAN = ".running_mean";
    private static final String BATCHES_TRACKED = ".num_batches_tracked";

    private SavedTensors() {}

    /**
     * The values of some variables. Running statistics that count no batches themselves come with PyTorch's counter.
     *
     * @param batchesTrained how many batches running statistics have seen
     */
    static List<NamedTensor> of(
            Variables variables, Collection<Variables.Slot> slots, TensorTransfer transfer, long batchesTrained) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (Variables.Slot slot : slots) {
            Variable variable = slot.variable();
            tensors.add(tensor(transfer, variable.name(), variable.shape(), slot.stored(), variables.memory(slot)));
            if (variable.name().endsWith(RUNNING_MEAN)) {
                String counter = variable.name().replace(RUNNING_MEAN, BATCHES_TRACKED);
                if (!variables.contains(counter)) {
                    tensors.add(counter(counter, batchesTrained));
                }
            }
        }
        return tensors;
    }

    /** A tensor that is read from the device when the checkpoint is written. */
    static NamedTensor tensor(TensorTransfer transfer, String name, Shape shape, Stored stored, Buffer memory) {
        return new NamedTensor(name, stored.type().withShape(shape),
                sink -> transfer.<IOException>read(stored, memory, (_, piece) -> sink.accept(piece)));
    }

    private static NamedTensor counter(String name, long value) {
        byte[] bytes = new byte[Long.BYTES];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        return new NamedTensor(name, new TensorType(DType.I64, Shape.of()), MemorySegment.ofArray(bytes));
    }

    /** Sets every variable from a file of row-major tensors. */
    static void loadVariables(Variables variables, SafetensorsFile file, TensorTransfer transfer) {
        loadVariables(variables, file, transfer, _ -> true);
    }

    /** Sets the variables of some names; returns how many. A file that lacks one of them changes nothing. */
    static int loadVariables(
            Variables variables, SafetensorsFile file, TensorTransfer transfer, Predicate<String> names) {
        List<Variables.Slot> wanted =
                variables.slots().stream().filter(slot -> names.test(slot.variable().name())).toList();
        wanted.forEach(slot -> check(file, slot.variable().name(), type(slot)));
        wanted.forEach(slot -> load(file, slot.variable().name(), slot.stored(), variables.memory(slot), transfer));
        return wanted.size();
    }

    /** Sets a tensor that was checked. */
    static void load(SafetensorsFile file, String name, Stored stored, Buffer memory, TensorTransfer transfer) {
        transfer.write(stored, memory, (offset, piece) -> file.read(name, offset, piece));
    }

    /** A variable's type in a file: its own shape, which the graph may see under another. */
    static TensorType type(Variables.Slot slot) {
        return slot.stored().type().withShape(slot.variable().shape());
    }

    /** Before the first of them is written: a file that does not fit must leave everything as it is. */
    static void checkAll(Variables variables, SafetensorsFile file) {
        variables.slots().forEach(slot -> check(file, slot.variable().name(), type(slot)));
    }

    /** Whether a file has a tensor of this type. */
    static void check(SafetensorsFile file, String name, TensorType wanted) {
        if (!file.names().contains(name)) {
            throw new CheckpointException(file.path() + " has no tensor " + name
                    + ": it belongs to another model or optimizer; use the options it was made with");
        }
        if (!file.type(name).equals(wanted)) {
            throw new CheckpointException(file.path() + ": tensor " + name + " is " + file.type(name)
                    + ", the model has " + wanted + "; use the options it was made with");
        }
    }
}
