package dev.gatun.cli;

import dev.gatun.backend.BackendException;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.data.DataException;
import dev.gatun.dist.GroupException;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.JsonException;
import dev.gatun.io.onnx.OnnxException;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.train.NonFiniteEvaluationException;
import dev.gatun.train.NonFiniteParameterException;
import dev.gatun.train.step.NonFiniteGradientException;
import dev.gatun.train.step.NonFiniteLossException;
import java.io.PrintStream;

/** The one place that turns an exception into an exit code and a line for people. */
final class Failures {
    private Failures() {}

    /** Says what went wrong, with the stack trace only when asked for. */
    static ExitCode report(Throwable failure, boolean trace, PrintStream err) {
        ExitCode code = code(failure);
        err.println("gatun: " + message(failure, code));
        if (trace) {
            failure.printStackTrace(err);
        }
        return code;
    }

    private static ExitCode code(Throwable failure) {
        return switch (failure) {
            case CliException e -> e.code();
            case DataException _ -> ExitCode.DATA;
            case RunFolderException _, StorageException _, JsonException _ -> ExitCode.STORAGE;
            case CheckpointException _, OnnxException _ -> ExitCode.CHECKPOINT;
            case NonFiniteLossException _, NonFiniteGradientException _, NonFiniteParameterException _,
                    NonFiniteEvaluationException _ -> ExitCode.NON_FINITE_LOSS;
            case GroupException _ -> ExitCode.RANK_LOST;
            case BackendException _ -> ExitCode.BACKEND;
            case MemoryBudgetException _, OutOfMemoryError _ -> ExitCode.MEMORY;
            default -> ExitCode.INTERNAL;
        };
    }

    private static String message(Throwable failure, ExitCode code) {
        String text = String.valueOf(failure.getMessage()).strip().replaceAll("\\p{Cc}+", " ");
        if (failure instanceof OutOfMemoryError) {
            return "the JVM ran out of memory (" + text
                    + "): use --limit or a smaller --batch-size, or give it more: GATUN_JAVA_OPTIONS=-Xmx8g";
        }
        if (code == ExitCode.INTERNAL) {
            return "internal error: " + failure.getClass().getSimpleName() + ": " + text
                    + ": this is a bug; please report it with what --trace shows";
        }
        return text;
    }
}
