package dev.gatun.optim;

import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;

/**
 * One tensor's part of a state.
 *
 * @param name   as PyTorch's optimizers name it
 * @param stored shape and order
 * @param memory as long as {@code stored}; changed by every step
 */
public record TensorState(String name, Stored stored, MemorySegment memory) {}
