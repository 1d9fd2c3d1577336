package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.LifetimePlanner;
import dev.gatun.memory.Role;
import dev.gatun.memory.ThreadConfinement;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a model in memory: one slab of parameters, one of gradients with the same layout, one of buffers. A
 * parameter without a gradient, because it is frozen or does not influence the loss, lies in the slab of buffers, where
 * no optimizer reaches it. Programs compiled for other batch sizes or for inference share them; the program of another
 * model may borrow them, besides variables of its own. Parameters that are usually decayed come first. Values passed in
 * and out are row-major; in memory each tensor has the layout in which its gradient is produced.
 */
public final class Variables implements AutoCloseable {
    private final Device device;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final List<Variables> lenders;
    private final Buffer parameters;
    private final @Nullable Buffer gradients;
    private final Buffer buffers;
    private final ThreadConfinement confinement = new ThreadConfinement("the memory of variables");

    /**
     * The place of a variable in memory.
     *
     * @param variable the variable
     * @param stored   type, shape and layout in memory; the shape has the same row-major sequence of elements
     * @param slab     slab that holds it: {@link Role#PARAMETERS} or {@link Role#BUFFERS}
     * @param offset   offset in the slab, in bytes
     */
    public record Slot(Variable variable, Stored stored, Role slab, long offset) {
        /** Returns whether an optimizer updates the variable: it lies in the slab of parameters. */
        public boolean isTrained() {
            return slab == Role.PARAMETERS;
        }
    }

    /**
     * Allocates.
     *
     * @param withGradients the parameters that have a gradient; none for inference, where all parameters lie together
     * @param lenders       variables of other models that the program reads too; they stay their own
     */
    Variables(
            Device device, List<Value> values, Map<Value, Stored> layouts, Set<Value> withGradients,
            List<Variables> lenders) {
        this.device = device;
        this.lenders = List.copyOf(lenders);
        long parameterBytes = 0;
        long bufferBytes = 0;
        List<Value> order = new ArrayList<>();
        values.stream().filter(value -> kind(value) == Variable.Kind.WEIGHT).forEach(order::add);
        values.stream().filter(value -> kind(value) != Variable.Kind.WEIGHT).forEach(order::add);
        for (Value value : order) {
            Variable variable = variable(value);
            Stored stored = layouts.get(value);
            if (stored == null) {
                throw new IllegalStateException("no layout was settled for " + value);
            }
            boolean parameter = variable.isParameter() && (withGradients.isEmpty() || withGradients.contains(value));
            slots.put(variable.name(), parameter
                    ? new Slot(variable, stored, Role.PARAMETERS, parameterBytes)
                    : new Slot(variable, stored, Role.BUFFERS, bufferBytes));
            long end = Bytes.alignUp((parameter ? parameterBytes : bufferBytes) + stored.bytes(),
                    LifetimePlanner.ALIGNMENT);
            if (parameter) {
                parameterBytes = end;
            } else {
                bufferBytes = end;
            }
        }
        parameters = device.allocate(Role.PARAMETERS, "parameters", parameterBytes);
        Buffer gradientSlab = null;
        Buffer bufferSlab = null;
        try {
            gradientSlab = withGradients.isEmpty()
                    ? null
                    : device.allocate(Role.GRADIENTS, "gradients", parameterBytes);
            bufferSlab = device.allocate(Role.BUFFERS, "buffers", bufferBytes);
        } finally {
            if (bufferSlab == null) {
                parameters.close();
                if (gradientSlab != null) {
                    gradientSlab.close();
                }
            }
        }
        gradients = gradientSlab;
        buffers = bufferSlab;
    }

    private static Variable variable(Value value) {
        Variable variable = value.variable();
        if (variable == null) {
            throw new IllegalArgumentException(value + " is not a variable");
        }
        return variable;
    }

    private static Variable.Kind kind(Value value) {
        return variable(value).kind();
    }

    /** Returns the variables that this model owns, parameters that are usually decayed first. */
    public Collection<Slot> slots() {
        return slots.values();
    }

    /** Returns the place of a variable of this model or of one that it borrows from. */
    public Slot slot(String name) {
        return holder(name).own(name);
    }

    private Slot own(String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("the model has no variable \"" + name + "\"");
        }
        return slot;
    }

    /** Those that a variable lies in: these, or a lender's. */
    private Variables holder(String name) {
        for (Variables lender : lenders) {
            if (!slots.containsKey(name) && lender.contains(name)) {
                return lender.holder(name);
            }
        }
        return this;
    }

    /** Returns whether this model, or one that it borrows from, has a variable of the given name. */
    public boolean contains(String name) {
        return slots.containsKey(name) || lenders.stream().anyMatch(lender -> lender.contains(name));
    }

    /** Returns the name of the parameter at an element of the slab of parameters; empty in the padding between two. */
    public Optional<String> parameterAt(long element) {
        return slots.values().stream().filter(slot -> slot.isTrained()
                        && slot.offset / Float.BYTES <= element && element < slot.offset / Float.BYTES
                        + slot.stored.elements())
                .map(slot -> slot.variable.name()).findFirst();
    }

    /** Returns the slab of parameters. */
    public Buffer parameters() {
        return parameters;
    }

    /** Returns the slab of gradients; offsets equal those of the parameters. */
    public Buffer gradients() {
        if (gradients == null) {
            throw new IllegalStateException("these variables were made for inference: they have no gradients");
        }
        return gradients;
    }

    boolean hasGradients() {
        return gradients != null;
    }

    /** Returns the slab of buffers. */
    public Buffer buffers() {
        return buffers;
    }

    /** Returns the number of trained elements, without padding. */
    public long parameterElements() {
        return slots.values().stream().filter(Slot::isTrained)
                .mapToLong(slot -> slot.variable.shape().elements()).sum();
    }

    /** Returns the memory of a variable. */
    public Buffer memory(Slot slot) {
        Variables holder = holder(slot.variable.name());
        return (slot.isTrained() ? holder.parameters : holder.buffers).slice(slot.offset, slot.stored.bytes());
    }

    Buffer gradientMemory(Slot slot) {
        if (!slot.isTrained()) {
            throw new IllegalArgumentException("variable " + slot.variable.name()
                    + " has no gradient: it was frozen, or had no"
                    + " influence on the loss, in the program that the variables were made for");
        }
        return holder(slot.variable.name()).gradients().slice(slot.offset, slot.stored.bytes());
    }

    /** Initialises all variables. The random numbers of each depend on seed and name only. */
    public void initialize(long seed) {
        for (Slot slot : slots.values()) {
            Shape shape = slot.variable.shape();
            float[] values = new float[Math.toIntExact(shape.elements())];
            slot.variable.initializer().fill(values, shape, new SplittableRandom(mix(seed, slot.variable.name())));
            write(slot.variable.name(), values);
        }
    }

    private static long mix(long seed, String name) {
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    /** Returns the elements of a variable in row-major order. */
    public float[] read(String name) {
        Slot slot = slot(name);
        return read(slot.stored, memory(slot));
    }

    /** Returns the gradient of a parameter in row-major order. */
    public float[] readGradient(String name) {
        Slot slot = slot(name);
        return read(slot.stored, gradientMemory(slot));
    }

    /** Writes a variable from row-major elements. */
    public void write(String name, float[] rowMajor) {
        Slot slot = slot(name);
        if (rowMajor.length != slot.stored.type().shape().elements()) {
            throw new IllegalArgumentException("variable " + slot.variable.name() + " has " + slot.variable.shape()
                    + " elements, got " + rowMajor.length);
        }
        write(slot.stored, memory(slot), rowMajor);
    }

    /** Returns the elements of a tensor on the device, such as an optimizer's state, in row-major order. */
    public float[] read(Stored stored, Buffer memory) {
        TensorType type = stored.type();
        try (Buffer plain = device.allocate(Role.WORKSPACE, "row-major " + type, type.bytes());
                HostBuffer staging = device.memory().allocate(Role.STAGING, "row-major " + type, type.bytes())) {
            device.reorder(type, memory, stored.layout(), plain, Layout.rowMajor(type.shape()));
            device.download(plain, staging.segment());
            device.stream().synchronize();
            return FloatArrays.read(staging.segment(), type.dtype());
        }
    }

    /** Writes a tensor on the device from row-major elements. */
    public void write(Stored stored, Buffer memory, float[] rowMajor) {
        TensorType type = stored.type();
        if (rowMajor.length != type.shape().elements()) {
            throw new IllegalArgumentException("a tensor " + type + " cannot take " + rowMajor.length + " elements");
        }
        try (Buffer plain = device.allocate(Role.WORKSPACE, "row-major " + type, type.bytes());
                HostBuffer staging = device.memory().allocate(Role.STAGING, "row-major " + type, type.bytes())) {
            FloatArrays.write(rowMajor, staging.segment(), type.dtype());
            device.upload(staging.segment(), plain);
            device.reorder(type, plain, Layout.rowMajor(type.shape()), memory, stored.layout());
            device.stream().synchronize(); // before the two are given back
        }
    }

    void checkOpen() {
        if (confinement.isClosed()) {
            throw new IllegalStateException("the variables are closed");
        }
        parameters.checkOpen(); // whoever has a slab can close it
        buffers.checkOpen();
        if (gradients != null) {
            gradients.checkOpen();
        }
        for (int i = 0; i < lenders.size(); i++) { // no iterator: a step allocates nothing
            lenders.get(i).checkOpen();
        }
    }

    /** Its own slabs and those that it borrows. */
    Stream<Buffer> slabs() {
        return Stream.concat(Stream.of(parameters, buffers, gradients).filter(Objects::nonNull),
                lenders.stream().flatMap(Variables::slabs));
    }

    /**
     * Closes the variables. Programs and optimizers that use the memory keep it until they are closed, but cannot run
     * any more.
     */
    @Override
    public void close() {
        if (confinement.isClosed()) {
            return;
        }
        confinement.checkThread();
        confinement.close();
        parameters.close();
        if (gradients != null) {
            gradients.close();
        }
        buffers.close();
    }
}
