package dev.gatun.graph;

import dev.gatun.shape.TensorType;
import org.jspecify.annotations.Nullable;

/** A tensor in a graph: an input, a variable, or an output of a node. Compared by identity. */
public final class Value {
    private final String name;
    private final TensorType type;
    private final @Nullable Variable variable;

    Value(String name, TensorType type, @Nullable Variable variable) {
        this.name = name;
        this.type = type;
        this.variable = variable;
    }

    /** Returns the name; unique among inputs and variables. */
    public String name() {
        return name;
    }

    /** Returns element type and logical shape. */
    public TensorType type() {
        return type;
    }

    /** Returns the variable that this value reads, or null. */
    public @Nullable Variable variable() {
        return variable;
    }

    /** Returns whether this value is a parameter. */
    public boolean isParameter() {
        return variable != null && variable.isParameter();
    }

    @Override
    public String toString() {
        return name + " " + type;
    }
}
