package dev.gatun.io;

import dev.gatun.io.json.Json;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes beside the run: the tensors are copied, as the file wants them, into a snapshot that stays allocated, and a
 * thread of its own writes from there. So the same bytes are written as by {@link BlockingWriter}.
 */
final class BackgroundWriter implements CheckpointWriter {
    private static final long ALIGNMENT = 64;

    private final CheckpointStore store;
    private final int keep;
    private final MemoryBudget budget;
    private @Nullable HostBuffer snapshot;
    private @Nullable Thread thread;
    private volatile @Nullable Throwable failure;
    private OptionalLong kept = OptionalLong.empty();

    BackgroundWriter(CheckpointStore store, int keep, MemoryBudget budget) {
        this.store = store;
        this.keep = keep;
        this.budget = budget;
    }

    @Override
    public void prepare(Checkpoint like) {
        try (like) {
            finish();
            reserve(like);
        }
    }

    private HostBuffer reserve(Checkpoint checkpoint) {
        long bytes = bytes(checkpoint.model()) + bytes(checkpoint.optimizer());
        if (snapshot == null || snapshot.bytes() < bytes) {
            if (snapshot != null) {
                snapshot.close();
                snapshot = null;
            }
            snapshot = budget.allocate(Role.STAGING, "snapshot of a checkpoint", bytes);
        }
        return snapshot;
    }

    private static long bytes(List<NamedTensor> tensors) {
        return tensors.stream().mapToLong(tensor -> aligned(tensor.type())).sum();
    }

    private static long aligned(TensorType type) {
        return Bytes.alignUp(type.bytes(), ALIGNMENT);
    }

    @Override
    public void write(long step, Checkpoint checkpoint) {
        Checkpoint copy;
        try (checkpoint) {
            finish();
            HostBuffer memory = reserve(checkpoint);
            List<NamedTensor> model = new ArrayList<>();
            long end = copy(checkpoint.model(), memory, 0, model);
            List<NamedTensor> optimizer = new ArrayList<>();
            copy(checkpoint.optimizer(), memory, end, optimizer);
            copy = new Checkpoint(checkpoint.description(), model, optimizer, Json.copy(checkpoint.state()));
        }
        OptionalLong best = kept;
        thread = Thread.ofPlatform().name("gatun-checkpoint").start(() -> writeNow(step, copy, best));
    }

    private static long copy(List<NamedTensor> tensors, HostBuffer memory, long begin, List<NamedTensor> copies) {
        long offset = begin;
        for (NamedTensor tensor : tensors) {
            MemorySegment target = memory.segment().asSlice(offset, tensor.type().bytes());
            copy(tensor, target);
            copies.add(new NamedTensor(tensor.name(), tensor.type(), target));
            offset += aligned(tensor.type());
        }
        return offset;
    }

    private static void copy(NamedTensor tensor, MemorySegment target) {
        long[] done = new long[1];
        try {
            tensor.writeTo(piece -> {
                MemorySegment.copy(piece, 0, target, done[0], piece.byteSize());
                done[0] += piece.byteSize();
            });
        } catch (IOException e) {
            throw new CheckpointException("cannot copy the tensor " + tensor.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void keep(long step) {
        kept = OptionalLong.of(step);
    }

    private void writeNow(long step, Checkpoint copy, OptionalLong best) {
        try {
            store.write(step, copy);
            store.prune(keep, best);
        } catch (RuntimeException | Error e) {
            failure = e; // for the run's own thread
        }
    }

    @Override
    public void check() {
        Throwable found = failure;
        failure = null;
        switch (found) {
            case null -> { }
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new IllegalStateException(found);
        }
    }

    @Override
    public void finish() {
        boolean interrupted = false;
        while (thread != null) {
            try {
                thread.join();
                thread = null;
            } catch (InterruptedException e) {
                interrupted = true; // not before the checkpoint is whole
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    @Override
    public void close() {
        try {
            finish();
        } finally {
            if (snapshot != null) {
                snapshot.close();
                snapshot = null;
            }
        }
    }
}
