package dev.gatun.guard;

import dev.gatun.backend.Device;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Checkpoints whose files match their checksums, and say what cannot be. */
final class CheckpointMisuses {
    private static final List<Object> NUMBERS = List.of(-1L, 0L, 65_536L, 1L << 20, 1L << 31, 1L << 40, 1L << 62,
            Long.MAX_VALUE, Long.MIN_VALUE, 0.5, 1e300, "text", true, List.of(), Map.of());

    /** What memory is computed from: each of them becomes each large number. Others become one of all numbers. */
    private static final Set<String> COUNTS = Set.of("height", "width", "classes");
    private static final List<Object> LARGE = List.of(65_536L, 1L << 31);

    private CheckpointMisuses() {}

    static Map<String, Misuse> all() {
        Map<String, Misuse> all = new LinkedHashMap<>();
        all.put("numbers of a checkpoint's model are changed", TrainerMisuses.trainer(trainer ->
                changed(trainer, true)));
        all.put("numbers of a checkpoint's state are changed", TrainerMisuses.trainer(trainer ->
                changed(trainer, false)));
        return all;
    }

    private static void changed(Trainer trainer, boolean model) throws Exception {
        Path folder = Files.createTempDirectory("gatun-guard");
        try {
            Map<String, Object> whole;
            try (Checkpoint checkpoint = trainer.checkpoint()) {
                whole = model ? checkpoint.description() : checkpoint.state();
            }
            List<List<Object>> places = new ArrayList<>();
            places(whole, List.of(), places);
            int step = 0;
            for (List<Object> place : places) {
                boolean counts = COUNTS.contains(String.valueOf(place.getLast()));
                for (Object number : counts ? LARGE : List.of(NUMBERS.get(step % NUMBERS.size()))) {
                    step++;
                    @SuppressWarnings("unchecked")
                    Map<String, Object> other = (Map<String, Object>) with(whole, place, number);
                    try {
                        open(trainer, folder, step, model, other);
                    } catch (AssertionError e) {
                        throw new AssertionError(place + " as " + number + ": " + e.getMessage(), e);
                    }
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void open(Trainer trainer, Path folder, int step, boolean model, Map<String, Object> other)
            throws Exception {
        CheckpointStore store = new CheckpointStore(folder);
        Path written;
        try (Checkpoint checkpoint = trainer.checkpoint()) {
            written = store.write(step, new Checkpoint(model ? other : checkpoint.description(), checkpoint.model(),
                    checkpoint.optimizer(), model ? checkpoint.state() : other, () -> {}));
        }
        Device device = trainer.device();
        Misuse.harmless(() -> {
            try (LoadedCheckpoint loaded = CheckpointStore.read(written)) {
                Misuse.harmless(() -> {
                    try (TrainedModel opened = TrainedModel.open(loaded, device, 4)) {
                        opened.task();
                    }
                });
                Misuse.harmless(() -> trainer.restore(loaded));
            }
        });
    }

    /** Where numbers stand. */
    private static void places(Object value, List<Object> prefix, List<List<Object>> places) {
        if (value instanceof Number) {
            places.add(prefix);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> places(inner, and(prefix, key), places));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                places(list.get(i), and(prefix, i), places);
            }
        }
    }

    private static List<Object> and(List<Object> prefix, Object last) {
        List<Object> all = new ArrayList<>(prefix);
        all.add(last);
        return all;
    }

    private static Object with(Object value, List<Object> place, Object number) {
        if (place.isEmpty()) {
            return number;
        }
        List<Object> rest = place.subList(1, place.size());
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            copy.computeIfPresent(place.getFirst(), (_, inner) -> with(inner, rest, number));
            return copy;
        }
        List<Object> copy = new ArrayList<>((List<?>) value);
        copy.set((Integer) place.getFirst(), with(copy.get((Integer) place.getFirst()), rest, number));
        return copy;
    }
}
