package dev.gatun.backend;

/**
 * A queue of device work that runs in submission order. Every kernel, copy and fill of a device is submitted to its
 * stream and runs after what was submitted before. Where the device computes in host memory, submitted work is complete
 * when the call returns; elsewhere it runs later, and host memory that it uses (the source of an upload, the target of
 * a download) must not be accessed until an {@link Event} recorded afterwards is done. Nothing here allocates but
 * {@link #newEvent}.
 */
public interface Stream {
    /** The stream of a device that completes work before the submitting call returns. */
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

    /** Creates an event to be recorded on this stream, any number of times. */
    Event newEvent();

    /** Records an event after the work submitted so far. */
    void record(Event event);

    /**
     * Waits until all work submitted so far is complete.
     *
     * @throws RuntimeException the failure of the device, if it failed
     */
    void synchronize();

    /**
     * Returns how many steps a loop should submit before it reads the results of the first, so that the device never
     * waits: 0 for an immediate stream.
     */
    int depth();
}
