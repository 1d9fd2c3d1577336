package dev.gatun.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in memory that nobody can change any more, this process included: for libraries where no folder can hold
 * them, as all are read-only, full, others' to write, or mounted without the right to run what lies there. Needs Linux
 * 3.17. It takes the memory of its size until the process ends.
 */
final class SealedCopy {
    private static final int CLOSE_ON_EXEC = 1;
    private static final int ALLOW_SEALING = 2;
    private static final int ADD_SEALS = 1033;
    /** No more seals, no shrinking, no growing, no writing. */
    private static final int ALL_SEALS = 15;

    private SealedCopy() {}

    /**
     * Copies a stream to its end, and seals the copy.
     *
     * @return a path that leads to the copy within this process
     */
    static Path of(String name, InputStream content) throws IOException {
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = call("memfd_create", FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), arena.allocateFrom(name),
                    CLOSE_ON_EXEC | ALLOW_SEALING);
        }
        if (descriptor < 0) {
            throw new IOException("this system makes no file in memory (memfd_create)");
        }
        Path file = Path.of("/proc/self/fd/" + descriptor);
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                content.transferTo(out);
            }
            if (call("fcntl", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT), Linker.Option.firstVariadicArg(2), descriptor, ADD_SEALS, ALL_SEALS) != 0) {
                throw new IOException("this system does not seal a file in memory (fcntl)");
            }
            return file;
        } catch (IOException e) {
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), descriptor);
            throw e;
        }
    }

    private static int call(String function, FunctionDescriptor type, Linker.Option option, Object... arguments)
            throws IOException {
        return call(function, type, new Linker.Option[] {option}, arguments);
    }

    private static int call(String function, FunctionDescriptor type, Object... arguments) throws IOException {
        return call(function, type, new Linker.Option[0], arguments);
    }

    @SuppressWarnings("restricted") // functions of the C library, with the types of its manual
    private static int call(String function, FunctionDescriptor type, Linker.Option[] options, Object... arguments)
            throws IOException {
        MemorySegment address = Linker.nativeLinker().defaultLookup().find(function)
                .orElseThrow(() -> new IOException("the C library has no " + function));
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, type, options);
        try {
            return (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(function + " cannot be called", e);
        }
    }
}
