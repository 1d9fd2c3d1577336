package dev.gatun.data.image;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Caches the decoded images of another data set, which it owns, on the heap, within an allowance. */
public final class CachedImages extends WrappedImages {
    private final AtomicReferenceArray<byte[]> cache;
    private final AtomicLong allowance;
    private volatile boolean closed;

    /** Creates a cache. The allowance, in bytes, may be shared by several data sets; it only decreases. */
    public CachedImages(ImageDataset source, AtomicLong allowance) {
        super(source);
        this.cache = new AtomicReferenceArray<>(source.size());
        this.allowance = allowance;
    }

    @Override
    public void read(int index, byte[] pixels) {
        if (closed) {
            throw new IllegalStateException(name() + " is closed");
        }
        int bytes = imageBytes();
        byte[] kept = cache.get(index);
        if (kept != null) {
            System.arraycopy(kept, 0, pixels, 0, bytes);
            return;
        }
        source.read(index, pixels);
        if (allowance.get() >= bytes && allowance.addAndGet(-bytes) >= 0) {
            byte[] copy = new byte[bytes];
            System.arraycopy(pixels, 0, copy, 0, bytes);
            cache.set(index, copy);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (int i = 0; i < cache.length(); i++) {
            cache.set(i, null);
        }
        source.close();
    }
}
