package dev.gatun.train.profile;

import dev.gatun.engine.KernelObserver;

/** Is told of the kernels and the parts of training steps, on the thread that trains. */
public interface StepObserver extends KernelObserver {
    /**
     * Called before each step begins. What follows until the next call belongs to it.
     *
     * @param number number of the step, from 1
     */
    void onStep(long number);

    /** Called when a part begins and the device has finished all before it. Parts may lie inside others. */
    void begin(StepPart part);

    /** Called when the device has finished a part. Not called for a part that failed. */
    void end(StepPart part);
}
