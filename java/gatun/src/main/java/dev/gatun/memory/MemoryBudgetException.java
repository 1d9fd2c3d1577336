package dev.gatun.memory;

/** Thrown when an allocation exceeds the budget or the memory of the machine. */
public final class MemoryBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MemoryBudgetException(String message) {
        super(message);
    }

    MemoryBudgetException(String message, Throwable cause) {
        super(message, cause);
    }
}
