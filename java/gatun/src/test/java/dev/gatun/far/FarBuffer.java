package dev.gatun.far;

import dev.gatun.memory.Allocation;
import dev.gatun.memory.Buffer;

/** Memory of a {@link FarDevice}: a number that means nothing to anybody else. */
final class FarBuffer extends Buffer {
    private final FarDevice device;
    private final long id;

    FarBuffer(Allocation allocation, FarDevice device, long id) {
        super(allocation);
        this.device = device;
        this.id = id;
    }

    private FarBuffer(FarBuffer whole, long from, long length) {
        super(whole, from, length);
        this.device = whole.device;
        this.id = whole.id;
    }

    FarDevice device() {
        return device;
    }

    long id() {
        return id;
    }

    @Override
    public FarBuffer slice(long from, long length) {
        return new FarBuffer(this, from, length);
    }
}
