package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.NativeCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NativeOwnerTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable thing(String name) {
        return () -> closed.add(name);
    }

    private static AutoCloseable failing(String message) {
        return () -> {
            throw new IllegalStateException(message);
        };
    }

    @Test
    void childrenCloseInReverseOrderAndOnce() {
        NativeOwner owner = new NativeOwner("device");
        owner.own(thing("engine"));
        owner.child("program").own(thing("primitive"));
        owner.handle(MemorySegment.ofAddress(0x1000), handle -> closed.add("handle " + handle.address()));
        owner.close();
        owner.close();
        assertThat(closed).containsExactly("handle 4096", "primitive", "engine");
        assertThat(owner.isClosed()).isTrue();
    }

    @Test
    void aFailureDoesNotStopTheOthers() {
        NativeOwner owner = new NativeOwner("device");
        MemorySegment memory = owner.arena().allocate(8);
        owner.own(thing("first"));
        owner.own(failing("second"));
        owner.own(thing("third"));
        owner.own(() -> {
            throw new java.io.IOException("fourth");
        });
        assertThatThrownBy(owner::close)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("fourth")
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement()
                        .satisfies(suppressed -> assertThat(suppressed).hasMessage("second")));
        assertThat(closed).containsExactly("third", "first");
        assertThat(memory.scope().isAlive()).isFalse();
        owner.close();
    }

    @Test
    void useAfterCloseNamesTheOwner() {
        NativeOwner owner = new NativeOwner("device cpu");
        owner.close();
        assertThatThrownBy(owner::checkOpen).isInstanceOf(IllegalStateException.class)
                .hasMessage("device cpu is closed");
        assertThatThrownBy(owner::arena).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> owner.own(thing("late"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> owner.child("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> owner.handle(MemorySegment.ofAddress(8), handle -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReleasedChildIsForgotten() {
        NativeOwner owner = new NativeOwner("device");
        NativeOwner child = owner.child("program");
        child.own(thing("primitive"));
        owner.release(child);
        assertThat(closed).containsExactly("primitive");
        owner.close();
        assertThat(closed).hasSize(1);
    }

    @SuppressWarnings("restricted") // as long as a pointer that C returned, and never read
    @Test
    void aHandleCannotBeDereferencedAndDiesWithItsOwner() {
        NativeOwner owner = new NativeOwner("device");
        MemorySegment handle = owner.handle(MemorySegment.ofAddress(0x1000).reinterpret(64), raw -> {});
        assertThat(handle.address()).isEqualTo(0x1000);
        assertThat(handle.byteSize()).isZero();
        assertThat(handle.isReadOnly()).isTrue();
        assertThatThrownBy(() -> handle.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        owner.close();
        assertThat(handle.scope().isAlive()).isFalse();
    }

    @Test
    void closingOnAnotherThreadIsRefusedBeforeAnythingIsDestroyed() throws InterruptedException {
        NativeOwner owner = new NativeOwner("device");
        owner.own(thing("engine"));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread.ofPlatform().start(() -> {
            try {
                owner.close();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        }).join();
        assertThat(thrown.get()).isNotNull();
        assertThat(closed).isEmpty();
        assertThat(owner.isClosed()).isFalse();
        owner.close();
        assertThat(closed).containsExactly("engine");
    }

    @Test
    void aNativeFailureNamesLibraryFunctionStatusAndProblem() {
        assertThat(new NativeCallException("oneDNN 3.11.0", "dnnl_primitive_create", "out_of_memory", 1, "conv1 3x3"))
                .hasMessage("oneDNN 3.11.0: dnnl_primitive_create failed with out_of_memory (1): conv1 3x3");
        assertThat(new NativeCallException("oneDNN 3.11.0", "dnnl_stream_wait", "runtime_error", 5, ""))
                .hasMessage("oneDNN 3.11.0: dnnl_stream_wait failed with runtime_error (5)");
    }
}
