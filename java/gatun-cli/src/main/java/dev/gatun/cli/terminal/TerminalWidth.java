package dev.gatun.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * The width of a terminal whose window may change: the system says that it has with a signal, and {@code stty} says to
 * what. Where signals cannot be heard the width stays.
 */
final class TerminalWidth implements IntSupplier {
    private static final File TERMINAL = new File("/dev/tty");

    private volatile int columns;

    private TerminalWidth(int columns) {
        this.columns = columns;
    }

    /** Returns the width from now on. */
    static TerminalWidth follow(int columns) {
        TerminalWidth width = new TerminalWidth(columns);
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (_, method, _) -> switch (method.getName()) {
                        case "handle" -> {
                            width.changed(ask());
                            yield 0;
                        }
                        case "equals" -> false;
                        case "hashCode" -> 0;
                        default -> "the width of the terminal";
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), ours);
        } catch (ReflectiveOperationException _) {
            // The JVM was asked to leave signals alone, or has none: the width stays.
        }
        return width;
    }

    /** What {@code stty size} prints: rows and columns; nothing where it fails. */
    private static String ask() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }

    /** Takes the size that {@code stty} says, if it says one. */
    void changed(String size) {
        String[] numbers = size.strip().split(" ", -1);
        if (numbers.length == 2 && numbers[1].matches("[1-9][0-9]{0,4}")) {
            columns = Integer.parseInt(numbers[1]);
        }
    }

    @Override
    public int getAsInt() {
        return columns;
    }
}
