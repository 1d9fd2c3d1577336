package dev.gatun.optim;

import dev.gatun.memory.Buffer;
import dev.gatun.shape.Stored;

/**
 * The part of a state that belongs to one tensor.
 *
 * @param name   name of the state, as in PyTorch's optimizers
 * @param stored shape and layout
 * @param memory memory of the size of {@code stored}; updated by every step
 */
public record TensorState(String name, Stored stored, Buffer memory) {}
