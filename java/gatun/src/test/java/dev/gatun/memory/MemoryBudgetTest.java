package dev.gatun.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class MemoryBudgetTest {
    @Test
    void slabsAreCountedByRoleUntilTheyAreClosed() {
        MemoryBudget budget = MemoryBudget.unlimited();
        HostBuffer parameters = budget.allocate(Role.PARAMETERS, "model", 100);
        try (parameters;
                HostBuffer first = budget.allocate(Role.OPTIMIZER_STATE, "exp_avg", 30);
                HostBuffer second = budget.allocate(Role.OPTIMIZER_STATE, "exp_avg_sq", 30)) {
            assertThat(budget.used()).isEqualTo(160);
            assertThat(budget.usedByRole()).containsOnlyKeys(Role.PARAMETERS, Role.OPTIMIZER_STATE)
                    .containsEntry(Role.OPTIMIZER_STATE, 60L);
            assertThat(MemoryBudget.outstanding()).contains(parameters, first, second);
        }
        assertThat(budget.used()).isZero();
        assertThat(budget.usedByRole()).isEmpty();
        assertThat(MemoryBudget.outstanding()).doesNotContain(parameters);
    }

    @Test
    void slabsBeginOnAPageAndAreZero() {
        try (HostBuffer slab = MemoryBudget.unlimited().allocate(Role.STAGING, "batch", 5000)) {
            assertThat(slab.segment().address() % MemoryBudget.ALIGNMENT).isZero();
            assertThat(slab.segment().byteSize()).isEqualTo(5000);
            assertThat(slab.segment().toArray(JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void theLimitIsKeptAndNamesWhatDidNotFit() {
        MemoryBudget budget = MemoryBudget.ofBytes(1000);
        try (HostBuffer slab = budget.allocate(Role.PARAMETERS, "model", 600)) {
            assertThatThrownBy(() -> budget.allocate(Role.ACTIVATIONS, "step", 401))
                    .isInstanceOf(MemoryBudgetException.class)
                    .hasMessage(
                    "the activations \"step\" need 401 B, but 400 B of the memory budget of 1000 B are left:"
                            + " use a smaller batch size or a larger budget");
            assertThat(budget.used()).isEqualTo(slab.bytes());
            budget.allocate(Role.ACTIVATIONS, "step", 400).close();
        }
        budget.allocate(Role.PARAMETERS, "model", 1000).close();
    }

    /** The JVM refuses what lies beyond the address space; nothing may stay counted. */
    @Test
    void aRefusalOfTheSystemLeavesNothingCounted() {
        MemoryBudget budget = MemoryBudget.unlimited();
        assertThatThrownBy(() -> budget.allocate(Role.ACTIVATIONS, "step", 1L << 50))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("the operating system refused 1024.0 TiB");
        assertThat(budget.used()).isZero();
        assertThat(MemoryBudget.outstanding()).isEmpty();
    }

    @Test
    void useAfterCloseIsRefusedAndClosingAgainDoesNothing() {
        MemoryBudget budget = MemoryBudget.unlimited();
        HostBuffer slab = budget.allocate(Role.WORKSPACE, "scratch", 64);
        MemorySegment view = slab.slice(0, 8).segment();
        slab.close();
        slab.close();
        assertThat(budget.used()).isZero();
        assertThatThrownBy(slab::segment).isInstanceOf(IllegalStateException.class)
                .hasMessage("buffer \"scratch\" is closed");
        assertThatThrownBy(() -> slab.slice(0, 8)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(slab.bytes()).isEqualTo(64);
        assertThat(slab).hasToString("workspace \"scratch\" (64 B)");
    }

    @Test
    void viewsStayInside() {
        try (HostBuffer slab = MemoryBudget.unlimited().allocate(Role.BUFFERS, "statistics", 64)) {
            assertThat(slab.slice(60, 4).bytes()).isEqualTo(4);
            assertThatThrownBy(() -> slab.slice(60, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void emptySlabsAreAllowedAndNegativeOnesRefused() {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (HostBuffer slab = budget.allocate(Role.BUFFERS, "none", 0)) {
            assertThat(slab.segment().byteSize()).isZero();
        }
        assertThatThrownBy(() -> budget.allocate(Role.BUFFERS, "none", -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemoryBudget.ofBytes(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void retainedMemoryIsGivenBackWithTheLastRelease() {
        MemoryBudget budget = MemoryBudget.unlimited();
        HostBuffer buffer = budget.allocate(Role.WORKSPACE, "scratch", 64);
        HostBuffer slice = buffer.slice(32, 32);
        MemorySegment memory = slice.segment();
        slice.retain();
        buffer.retain();
        assertThatThrownBy(slice::close).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close the whole buffer");
        buffer.close();
        buffer.close();
        assertThatThrownBy(slice::segment).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(slice::retain).isInstanceOf(IllegalStateException.class)
                .hasMessage("buffer \"scratch\" is closed");
        memory.set(JAVA_BYTE, 0, (byte) 1); // as a kernel that holds its address does
        assertThat(budget.used()).isEqualTo(64);
        assertThat(MemoryBudget.outstanding()).contains(buffer);
        slice.release();
        assertThat(budget.used()).isEqualTo(64);
        buffer.release();
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(buffer::release).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more often");
    }

    @Test
    void sizesForPeople() {
        assertThat(Bytes.format(1023)).isEqualTo("1023 B");
        assertThat(Bytes.format(1536)).isEqualTo("1.5 KiB");
        assertThat(Bytes.format(3L << 30)).isEqualTo("3.0 GiB");
        assertThat(Bytes.alignUp(65, 64)).isEqualTo(128);
        assertThat(Bytes.alignUp(64, 64)).isEqualTo(64);
    }
}
