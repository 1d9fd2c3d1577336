package dev.gatun.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A library opened by the system's loader under a name or a path, with its symbols for all libraries that are loaded
 * later: an MPI opens parts of itself, which look for what it has already loaded. It stays open until the process ends.
 */
public final class SharedObject {
    private static final int NOW = 2;
    private static final int GLOBAL = 0x100;
    private static final int ADDRESS_INFORMATION_BYTES = 32;

    // Linked before any is called: looking one up is itself a call of the loader, after which it has forgotten its words.
    private static final MethodHandle DLOPEN =
            link("dlopen", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle DLSYM =
            link("dlsym", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle DLADDR =
            link("dladdr", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    private static final MethodHandle DLERROR = link("dlerror", ValueLayout.ADDRESS);

    private final MemorySegment handle;

    private SharedObject(MemorySegment handle) {
        this.handle = handle;
    }

    /** What became of opening. */
    public sealed interface Outcome {
        /** It is open. */
        record Opened(SharedObject library) implements Outcome {}

        /** The loader refused, in its own words. */
        record Refused(String words) implements Outcome {}
    }

    /**
     * Opens a library.
     *
     * @param name {@code libmpi.so.40}, which the loader looks for in its folders, or a path
     */
    public static Outcome open(String name) {
        Optional<String> fault = name.contains("/") && Files.isRegularFile(Path.of(name))
                ? ElfFile.fault(Path.of(name)) : Optional.empty();
        if (fault.isPresent()) {
            return new Outcome.Refused(name + " " + fault.get() + ": replace it");
        }
        return LargeStack.get(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment handle = (MemorySegment) call(
                        DLOPEN, arena.allocateFrom(name), NOW | GLOBAL);
                return handle.address() == 0 ? new Outcome.Refused(error())
                        : new Outcome.Opened(new SharedObject(handle));
            }
        });
    }

    /** Returns the address of a function or variable. */
    public Optional<MemorySegment> find(String symbol) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) call(DLSYM, handle, arena.allocateFrom(symbol));
            return address.address() == 0 ? Optional.empty() : Optional.of(address);
        }
    }

    /** Returns the path of the file that a symbol was loaded from; empty where the system does not say it. */
    @SuppressWarnings("restricted") // a string of the loader's own
    public static Optional<String> fileOf(MemorySegment symbol) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment information = arena.allocate(ADDRESS_INFORMATION_BYTES, Long.BYTES);
            int found = (int) call(DLADDR, symbol, information);
            MemorySegment name = information.get(ValueLayout.ADDRESS, 0);
            return found == 0 || name.address() == 0 ? Optional.empty()
                    : Optional.of(name.reinterpret(Long.MAX_VALUE).getString(0));
        }
    }

    @SuppressWarnings("restricted") // a string of the loader's own
    private static String error() {
        MemorySegment words = (MemorySegment) call(DLERROR);
        return words.address() == 0 ? "the loader does not say why"
                : words.reinterpret(Long.MAX_VALUE).getString(0);
    }

    @SuppressWarnings("restricted") // functions of the C library, with the types of its manual
    private static MethodHandle link(String function, MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment address = Linker.nativeLinker().defaultLookup().find(function)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + function));
        return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(result, arguments));
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("the system's loader cannot be called", e);
        }
    }
}
