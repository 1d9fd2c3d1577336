package dev.gatun.guard;

import dev.gatun.memory.MemoryBudget;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** All wrong uses by name, and the child process that runs those that it reads on its standard input. */
final class Misuses {
    private Misuses() {}

    static Map<String, Misuse> all() {
        Map<String, Misuse> all = new LinkedHashMap<>(MemoryMisuses.all());
        all.putAll(ContractMisuses.all());
        all.putAll(TrainerMisuses.all());
        all.putAll(CheckpointMisuses.all());
        return all;
    }

    /** Answers each line, a name, with {@code ok} or what is wrong in one line. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Misuse> all = all();
        if (arguments.length > 0) {
            all.keySet().forEach(System.out::println);
            return;
        }
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            String answer = "ok";
            try {
                Misuse misuse = Objects.requireNonNull(all.get(name));
                Misuse.elsewhere(misuse);
                if (!MemoryBudget.outstanding().isEmpty()) {
                    answer = "left open: " + MemoryBudget.outstanding();
                }
            } catch (Throwable e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace, true));
                answer = trace.toString().replace('\n', '|');
            }
            ChildProcess.answer(answer);
        }
    }
}
