package dev.gatun.mpi;

import dev.gatun.ffi.SharedObject;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * The functions of MPI that are called, with the types of their arguments: {@code p} a pointer, {@code i} an int,
 * {@code h} a handle. Each returns an int. In Java pointers and handles are longs, whatever the family; a handle gets
 * the width that it has in the family on its way down.
 */
enum MpiFunction {
    GET_LIBRARY_VERSION("MPI_Get_library_version", "pp"),
    INITIALIZED("MPI_Initialized", "p"),
    INIT_THREAD("MPI_Init_thread", "ppip"),
    FINALIZE("MPI_Finalize", ""),
    COMM_SET_ERRHANDLER("MPI_Comm_set_errhandler", "hh"),
    COMM_RANK("MPI_Comm_rank", "hp"),
    COMM_SIZE("MPI_Comm_size", "hp"),
    ERROR_CLASS("MPI_Error_class", "ip"),
    ERROR_STRING("MPI_Error_string", "ipp"),
    ISEND("MPI_Isend", "pihiihp"),
    IRECV("MPI_Irecv", "pihiihp"),
    IALLREDUCE("MPI_Iallreduce", "ppihhhp"),
    TESTALL("MPI_Testall", "ippp"),
    IPROBE("MPI_Iprobe", "iihpp"),
    CANCEL("MPI_Cancel", "p"),
    REQUEST_FREE("MPI_Request_free", "p");

    private final String symbol;
    private final String arguments;

    MpiFunction(String symbol, String arguments) {
        this.symbol = symbol;
        this.arguments = arguments;
    }

    /** Returns its name in C. */
    String symbol() {
        return symbol;
    }

    /** Links it; empty when the library lacks it. */
    Optional<MethodHandle> link(SharedObject library, Family family) {
        return library.find(symbol).map(address -> link(address, arguments, family.sizes().handle()));
    }

    /** Links a function of the same kind at an address. */
    @SuppressWarnings("restricted") // the types are those of the standard
    static MethodHandle link(MemorySegment address, String arguments, int handleBytes) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length()];
        Class<?>[] types = new Class<?>[arguments.length()];
        for (int i = 0; i < layouts.length; i++) {
            boolean isInt = arguments.charAt(i) == 'i'
                    || (arguments.charAt(i) == 'h' && handleBytes == Integer.BYTES);
            layouts[i] = isInt ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
            types[i] = arguments.charAt(i) == 'i' ? int.class : long.class;
        }
        MethodHandle handle = Linker.nativeLinker().downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
        return MethodHandles.explicitCastArguments(handle, MethodType.methodType(int.class, types));
    }
}
