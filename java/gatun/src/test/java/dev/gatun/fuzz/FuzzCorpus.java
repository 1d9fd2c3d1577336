package dev.gatun.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The inputs that were found to reach most of a reader, in an archive for each target. */
public final class FuzzCorpus {
    private FuzzCorpus() {}

    /** All inputs of a target; none where it has no archive. */
    public static List<byte[]> of(String name) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (InputStream file = FuzzCorpus.class.getResourceAsStream(name + ".zip")) {
            if (file != null) {
                ZipInputStream zip = new ZipInputStream(file);
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    inputs.add(zip.readAllBytes());
                }
            }
        }
        return inputs;
    }

    /**
     * Gives a target its seeds, its corpus and some more inputs made of them.
     *
     * @return how many were refused
     */
    public static int replay(String name, FuzzTarget target, int more) throws Exception {
        List<byte[]> corpus = new ArrayList<>(target.seeds());
        for (byte[] seed : corpus) {
            if (!target.accepts(seed)) {
                throw new AssertionError(name + " refuses a seed");
            }
        }
        corpus.addAll(of(name));
        Mutations mutations = new Mutations(1, corpus);
        for (int i = 0; i < more; i++) {
            corpus.add(mutations.next());
        }
        return (int) corpus.stream().filter(input -> !target.accepts(input)).count();
    }
}
