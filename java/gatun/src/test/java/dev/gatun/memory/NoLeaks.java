package dev.gatun.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaves buffers open: {@code @ExtendWith(NoLeaks.class)}. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private List<Buffer> before = List.of();

    @Override
    public void beforeAll(ExtensionContext context) {
        before = MemoryBudget.outstanding(); // what another class left is not this one's fault
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<Buffer> left = MemoryBudget.outstanding();
        left.removeAll(before);
        assertThat(left).as("buffers that %s left open", context.getDisplayName()).isEmpty();
    }
}
