package dev.gatun.backend;

/**
 * The order in which a device works. Every kernel, copy and fill of a device is submitted to its stream and runs after
 * what was submitted before. Where the device computes in host memory, submitted work is done when the call returns;
 * elsewhere it runs later, and host memory that takes part in it (the source of an upload, the target of a download)
 * must be left alone until an {@link Event} recorded afterwards is done. Nothing here allocates but {@link #newEvent}.
 */
public interface Stream {
    /** The stream of a device whose work is done when the call that submits it returns. */
    Stream IMMEDIATE = new Stream() {
        private static final Event DONE = new Event() {
            @Override
            public boolean isDone() {
                return true;
            }

            @Override
            public void await() {}
        };

        @Override
        public Event newEvent() {
            return DONE;
        }

        @Override
        public void record(Event event) {}

        @Override
        public void synchronize() {}

        @Override
        public int depth() {
            return 0;
        }
    };

    /** An event to record over and over, of this stream alone. */
    Event newEvent();

    /** Marks the work submitted so far. */
    void record(Event event);

    /**
     * Waits until all work submitted so far is done.
     *
     * @throws RuntimeException what the device failed with, if it did
     */
    void synchronize();

    /**
     * Steps that a loop should be ahead of the results it reads, so that the device never waits: 0 where work is
     * immediate.
     */
    int depth();
}
