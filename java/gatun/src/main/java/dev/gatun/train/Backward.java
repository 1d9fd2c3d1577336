package dev.gatun.train;

import dev.gatun.engine.GradientListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The backward pass of a batch. */
final class Backward implements Phase {
    private final @Nullable GradientListener listener;

    /** @param listener hears of the gradients; null where they are not final in this pass, or nobody asks */
    Backward(@Nullable GradientListener listener) {
        this.listener = listener;
    }

    @Override
    public void run(StepState step) {
        run(step.pass());
    }

    /** The same outside a step. */
    void run(BoundProgram pass) {
        if (listener == null) {
            pass.program().backward();
        } else {
            pass.program().backward(listener);
        }
    }

    /** All of them as one; null for none. */
    static @Nullable GradientListener all(List<? extends GradientListener> listeners) {
        return switch (listeners.size()) {
            case 0 -> null;
            case 1 -> listeners.getFirst();
            default -> (firstByte, bytes) -> {
                for (int i = 0; i < listeners.size(); i++) { // no iterator: a step allocates nothing
                    listeners.get(i).onFinal(firstByte, bytes);
                }
            };
        };
    }
}
