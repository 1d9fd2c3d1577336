package dev.gatun.io;

import dev.gatun.io.file.Disk;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which folders are checkpoints, told by their names and files. */
final class CheckpointFolders {
    private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})");
    private static final Pattern REPLACED = Pattern.compile("\\.step-(\\d{8,18})\\.replaced");

    private CheckpointFolders() {}

    /** Complete checkpoints, the lowest step first; one that waits to be replaced counts when it is alone. */
    static List<Path> list(Path folder) {
        TreeMap<Long, Path> byStep = new TreeMap<>();
        for (Path child : children(folder)) {
            Matcher waiting = REPLACED.matcher(child.getFileName().toString());
            if (waiting.matches() && !Files.isSymbolicLink(child) && isComplete(child)) {
                byStep.put(Long.parseLong(waiting.group(1)), child);
            }
        }
        for (Path child : children(folder)) {
            Matcher name = NAME.matcher(child.getFileName().toString());
            if (name.matches() && !Files.isSymbolicLink(child) && isComplete(child)) {
                byStep.put(Long.parseLong(name.group(1)), child);
            }
        }
        return List.copyOf(byStep.values());
    }

    /** Refuses a folder that leads elsewhere: nothing is written, read or deleted there. */
    static void refuseLink(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            throw new CheckpointException(folder + ": it is a symbolic link, and none is followed here; move the folder"
                    + " that it leads to into its place");
        }
    }

    /** The step that the name of a checkpoint says; empty for one under a name of the user's own. */
    static OptionalLong step(Path checkpoint) {
        String name = String.valueOf(checkpoint.toAbsolutePath().normalize().getFileName());
        for (Pattern pattern : List.of(NAME, REPLACED)) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                return OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }

    /** The name of a checkpoint. */
    static String name(long step) {
        return String.format("step-%08d", step);
    }

    private static boolean isComplete(Path folder) {
        return Files.isRegularFile(folder.resolve(CheckpointManifest.FILE), LinkOption.NOFOLLOW_LINKS)
                && CheckpointStore.FILES.stream().allMatch(
                        file -> Files.isRegularFile(folder.resolve(file), LinkOption.NOFOLLOW_LINKS));
    }

    /** The checkpoint that a user means by a path. */
    static Path find(Path path) {
        if (isComplete(path)) {
            return path;
        }
        List<Path> all = list(path.resolve(CheckpointStore.FOLDER));
        if (!all.isEmpty()) {
            return all.getLast();
        }
        String cause = Files.isRegularFile(path) ? "a file, not a folder"
                : !Files.exists(path) ? "no such folder"
                : NAME.matcher(String.valueOf(path.getFileName())).matches() ? "an incomplete checkpoint"
                : "no complete checkpoint in it";
        throw new CheckpointException(path + ": " + cause + "; give the folder of a run or of one of its checkpoints");
    }

    /** Deletes a checkpoint; hidden first, so that a crash leaves no half of one behind under its name. */
    static void delete(Path checkpoint) throws IOException {
        Path hidden = Disk.partial(checkpoint);
        Files.move(checkpoint, hidden, StandardCopyOption.ATOMIC_MOVE);
        Disk.delete(hidden);
    }

    /** Gives a checkpoint a name that no checkpoint has. */
    static void setAside(Path checkpoint) throws IOException {
        String name = checkpoint.getFileName() + ".damaged";
        Path aside = checkpoint.resolveSibling(name);
        for (int i = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); i++) {
            aside = checkpoint.resolveSibling(name + "-" + i);
        }
        Files.move(checkpoint, aside, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what earlier crashes left half-written: it can be as large as a checkpoint. */
    static void removeLeftovers(Path folder) {
        for (Path child : children(folder)) {
            String name = child.getFileName().toString();
            if (name.startsWith(".step-") && name.endsWith(Disk.PARTIAL)) {
                try {
                    Disk.delete(child);
                } catch (IOException e) {
                    throw StorageException.writing(child, "", e);
                }
            }
        }
    }

    private static List<Path> children(Path folder) {
        refuseLink(folder);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return new ArrayList<>(children.toList());
        } catch (IOException e) {
            StorageException failure = StorageException.reading(folder, e);
            throw new CheckpointException(String.valueOf(failure.getMessage()), failure);
        }
    }
}
