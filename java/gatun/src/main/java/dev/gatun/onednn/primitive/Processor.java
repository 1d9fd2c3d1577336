package dev.gatun.onednn.primitive;

import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processor: its name, as two processors of one instruction set need not like the same kernels, and the types that
 * it computes in.
 */
public final class Processor {
    /** As the operating system has it, or that it does not say. */
    public static final String NAME = read();

    private Processor() {}

    /**
     * Whether oneDNN computes natively in a type under an instruction set.
     *
     * @param effective oneDNN's number of the instruction set, whose bits are those of all sets that it contains
     */
    public static boolean computes(DType dtype, int effective) {
        return switch (dtype) {
            case F32 -> true;
            case BF16 -> contains(effective, onednn_h.dnnl_cpu_isa_avx512_core_bf16());
            case F16 -> contains(effective, onednn_h.dnnl_cpu_isa_avx10_1_512());
            case F64, I64, I32, I8, U8 -> false;
        };
    }

    /**
     * Whether products of 8 bits are summed in 32 bits under an instruction set: by VNNI. Without it, oneDNN adds two
     * of them in 16 bits first, which saturates: 255 * 127 + 255 * 127 is above 32767.
     */
    public static boolean sumsProductsOfBytes(int effective) {
        return contains(effective, onednn_h.dnnl_cpu_isa_avx512_core_vnni())
                || contains(effective, onednn_h.dnnl_cpu_isa_avx2_vnni());
    }

    private static boolean contains(int effective, int set) {
        return (effective & set) == set;
    }

    private static String read() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            return lines.stream().filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unnamed processor");
        } catch (IOException _) {
            return "unnamed processor";
        }
    }
}
