package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldCallTest {
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1)); // loads the libraries
    private final Arena stubs = Arena.ofConfined();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(64);

    @AfterEach
    void close() {
        stubs.close();
        device.close();
    }

    @Test
    void theMemoryStaysOpenDuringTheCallAndNotAfter() {
        int[] calls = new int[1];
        new HeldCall(List.of(memory), () -> {
            calls[0]++;
            assertThatThrownBy(arena::close).isInstanceOf(IllegalStateException.class);
        }, stubs).run();
        assertThat(calls[0]).isEqualTo(1);
        arena.close();
    }

    @Test
    void whatTheCallThrowsArrives() {
        for (Throwable thrown : new Throwable[] {new IllegalArgumentException("mine"), new AssertionError("mine")}) {
            HeldCall call = new HeldCall(List.of(memory), () -> HeldCallTest.<RuntimeException>raise(thrown), stubs);
            assertThatThrownBy(call::run).isSameAs(thrown);
        }
        arena.close();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // unchecked exceptions only come here
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void closedMemoryIsRefusedWithoutACall() {
        int[] calls = new int[1];
        HeldCall call = new HeldCall(List.of(memory), () -> calls[0]++, stubs);
        arena.close();
        assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
        assertThat(calls[0]).isZero();
    }
}
