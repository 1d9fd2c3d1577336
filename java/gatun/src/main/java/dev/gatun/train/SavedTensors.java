package dev.gatun.train;

import dev.gatun.backend.Device;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** Variables and states of a device as the tensors of a checkpoint and back: row-major, under PyTorch's names. */
final class SavedTensors {
    private SavedTensors() {}

    /**
     * The values of some variables. Running statistics that count no batches themselves come with PyTorch's counter.
     *
     * @param counters       what running statistics had seen before
     * @param batchesTrained how many batches they have seen since
     */
    static List<NamedTensor> of(
            Variables variables, Collection<Variables.Slot> slots, TensorTransfer transfer, BatchCounters counters,
            long batchesTrained) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (Variables.Slot slot : slots) {
            Variable variable = slot.variable();
            tensors.add(tensor(transfer, variable.name(), variable.shape(), slot.stored(), variables.memory(slot)));
            BatchCounters.of(variable.name()).filter(counter -> !variables.contains(counter)).ifPresent(counter ->
                    tensors.add(new NamedTensor(counter, new TensorType(DType.I64, Shape.of()),
                            BatchCounters.bytes(counters.count(counter, batchesTrained)))));
        }
        return tensors;
    }

    /**
     * Checks all variables before they are saved: what the latest step made of them has no loss yet that would show it.
     *
     * @param step number of the latest step, for the message
     * @throws NonFiniteParameterException if one is infinite or NaN
     */
    static void checkFinite(Device device, Variables variables, long step) {
        for (Variables.Slot slot : variables.slots()) {
            checkFinite(device, slot.variable().name(), slot.stored(), variables.memory(slot), step);
        }
    }

    /** Checks one variable, or one state. */
    static void checkFinite(Device device, String name, Stored stored, Buffer memory, long step) {
        DType dtype = stored.type().dtype();
        if (dtype.isFloating() && device.findNonFinite(dtype, memory) >= 0) {
            throw new NonFiniteParameterException(step, name);
        }
    }

    /** A tensor that is read from the device when the checkpoint is written. */
    static NamedTensor tensor(TensorTransfer transfer, String name, Shape shape, Stored stored, Buffer memory) {
        return new NamedTensor(name, stored.type().withShape(shape),
                sink -> transfer.<IOException>read(stored, memory, (_, piece) -> sink.accept(piece)));
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

    /** Takes over PyTorch's counters of a checkpoint. */
    static void loadCounters(Variables variables, SafetensorsFile file, BatchCounters counters, long batchesTrained) {
        counters.clear();
        for (Variables.Slot slot : variables.slots()) {
            BatchCounters.of(slot.variable().name())
                    .filter(counter -> !variables.contains(counter) && file.contains(counter)
                            && file.type(counter).equals(new TensorType(DType.I64, Shape.of())))
                    .ifPresent(counter -> counters.set(counter, BatchCounters.read(file, counter), batchesTrained));
        }
    }

    /** Before the first of them is written: a file that does not fit must leave everything as it is. */
    static void checkAll(Variables variables, SafetensorsFile file) {
        variables.slots().forEach(slot -> check(file, slot.variable().name(), type(slot)));
    }

    /** Whether a file has a tensor of this type. */
    static void check(SafetensorsFile file, String name, TensorType wanted) {
        if (!file.contains(name)) {
            throw new CheckpointException(file.path() + " has no tensor " + name
                    + ": it belongs to another model or optimizer; use the options it was made with");
        }
        if (!file.type(name).equals(wanted)) {
            throw new CheckpointException(file.path() + ": tensor " + name + " is " + file.type(name)
                    + ", the model has " + wanted + "; use the options it was made with");
        }
    }
}
