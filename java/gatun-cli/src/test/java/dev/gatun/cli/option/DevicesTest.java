package dev.gatun.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class DevicesTest {
    private static void take(MemoryBudget budget, long bytes) {
        try (Buffer buffer = budget.allocate(Role.STAGING, "test", bytes)) {
            assertThat(buffer.bytes()).isEqualTo(bytes);
        }
    }

    /** A heap of no more than a terabyte, and memory that is not there. */
    @Test
    void theBudgetIsWhatTheControlGroupLeavesBesideTheHeap() {
        long heap = Runtime.getRuntime().totalMemory();
        MemoryBudget budget = Devices.budget(0, OptionalLong.of(heap / 2));
        assertThatThrownBy(() -> take(budget, 2)).isInstanceOf(MemoryBudgetException.class);
        take(Devices.budget(0, OptionalLong.of(1L << 40)), 1 << 20);
        assertThatThrownBy(() -> take(Devices.budget(0, OptionalLong.of(1L << 40)), 1L << 41))
                .isInstanceOf(MemoryBudgetException.class);
    }

    @Test
    void whatTheUserSaysComesFirst() {
        take(Devices.budget(1 << 20, OptionalLong.of(1)), 1 << 20);
        assertThatThrownBy(() -> take(Devices.budget(1 << 20, OptionalLong.empty()), (1 << 20) + 1))
                .isInstanceOf(MemoryBudgetException.class);
        take(Devices.budget(0, OptionalLong.empty()), (1 << 20) + 1);
    }
}
