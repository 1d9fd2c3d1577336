package dev.gatun.memory;

/** More off-heap memory was asked for than the budget or the operating system has. */
public final class MemoryBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MemoryBudgetException(String message) {
        super(message);
    }

    MemoryBudgetException(String message, Throwable cause) {
        super(message, cause);
    }
}
