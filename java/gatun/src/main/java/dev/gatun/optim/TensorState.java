package dev.gatun.optim;

import dev.gatun.memory.Buffer;
import dev.gatun.shape.Stored;

/**
 * One tensor's part of a state.
 *
 * @param name   as PyTorch's optimizers name it
 * @param stored shape and order
 * @param memory as long as {@code stored}; changed by every step
 */
public record TensorState(String name, Stored stored, Buffer memory) {}
