package dev.gatun.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.data.image.PatternImages;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.Role;
import dev.gatun.shape.TensorType;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class BatchLoaderTest {
    private static final Normalization NORMALIZATION =
            new Normalization(new float[] {0.1f, 0.2f, 0.3f}, new float[] {0.5f, 0.6f, 0.7f});
    private static final BatchLoaderOptions OPTIONS = BatchLoaderOptions.defaults().withBatchSize(4);
    private static final List<Augmentation> AUGMENTATIONS = List.of(
            new Augmentation.Pad(1), new Augmentation.RandomCrop(5, 6), new Augmentation.RandomHorizontalFlip(0.5));

    private final PatternImages images = new PatternImages(22, 3, 5, 6);
    private final MemoryBudget budget = MemoryBudget.unlimited();

    @AfterAll
    static void nothingIsLeft() {
        assertThat(MemoryBudget.outstanding()).isEmpty();
    }

    private BatchLoader loader(BatchLoaderOptions options) {
        return loader(images, options);
    }

    private BatchLoader loader(PatternImages dataset, BatchLoaderOptions options) {
        return loader(new ImageExamples(dataset, NORMALIZATION), options);
    }

    private BatchLoader loader(Dataset dataset, BatchLoaderOptions options) {
        return new BatchLoader(dataset, Sampler.shuffled(dataset.size(), 3), options, budget);
    }

    private static Dataset augmented(PatternImages dataset, long seed) {
        return new ImageExamples(dataset, NORMALIZATION, AUGMENTATIONS, seed).ofSize(new ImageSize(5, 6));
    }

    @SuppressWarnings("ArrayRecordComponent") // compared field by field
    private record Copy(int index, float[] images, int[] labels) {}

    private static List<Copy> rest(BatchLoader loader) {
        List<Copy> copies = new ArrayList<>();
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            assertThat(batch.tensor(0).address() % 64).isZero();
            assertThat(batch.tensor(1).address() % 64).isZero();
            copies.add(new Copy(
                    batch.indexInEpoch(), batch.tensor(ImageExamples.IMAGES).toArray(JAVA_FLOAT),
                    batch.tensor(ImageExamples.LABELS).toArray(JAVA_INT)));
            assertThat(batch.tensor(1).byteSize()).isEqualTo(4L * batch.size());
            loader.release(batch);
        }
        return copies;
    }

    private static List<Copy> epoch(BatchLoader loader, long epoch, int firstBatch) {
        loader.start(epoch, firstBatch);
        return rest(loader);
    }

    private static void same(List<Copy> actual, List<Copy> expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void batchesEqualADirectComputation() {
        try (BatchLoader loader = loader(OPTIONS)) {
            assertThat(loader.batches()).isEqualTo(6);
            List<Copy> batches = epoch(loader, 2, 0);
            assertThat(batches).hasSize(6);
            int[] order = Sampler.shuffled(22, 3).order(2);
            for (int b = 0; b < 6; b++) {
                Copy batch = batches.get(b);
                int size = b < 5 ? 4 : 2;
                assertThat(batch.index()).isEqualTo(b);
                assertThat(batch.labels()).hasSize(size);
                assertThat(batch.images()).hasSize(size * 90);
                for (int i = 0; i < size; i++) {
                    int image = order[b * 4 + i];
                    assertThat(batch.labels()[i]).isEqualTo(image % 10);
                    for (int p = 0; p < 90; p++) {
                        float mean = NORMALIZATION.mean()[p % 3];
                        float std = NORMALIZATION.std()[p % 3];
                        float value = (PatternImages.pixel(image, p) / 255f - mean) / std;
                        assertThat(batch.images()[i * 90 + p]).isEqualTo(value);
                    }
                }
            }
        }
    }

    @Test
    void epochsOfSeveralSizesTakeTheMemoryOfTheLargest() {
        Dataset examples = new ImageExamples(images, NORMALIZATION);
        Sampler sampler = Sampler.shuffled(22, 3);
        long largest;
        try (BatchLoader _ = loader(OPTIONS.withBatchSize(9))) {
            largest = budget.used();
        }
        try (BatchLoader several = new BatchLoader(examples, List.of(new EpochBatches(sampler, 4),
                new EpochBatches(sampler, 9), new EpochBatches(sampler, 3)), OPTIONS, budget)) {
            assertThat(budget.used()).isEqualTo(largest);
            int[] sizes = {4, 9, 3};
            for (int kind : new int[] {0, 1, 2, 1, 0}) {
                try (BatchLoader one = loader(OPTIONS.withBatchSize(sizes[kind]))) {
                    assertThat(several.batches(kind)).isEqualTo(one.batches());
                    several.start(kind, 5, 1);
                    same(rest(several), epoch(one, 5, 1));
                    several.start(kind, 5, 0); // its first batches are discarded when the next one begins
                }
            }
        }
        assertThatThrownBy(() -> new BatchLoader(examples, List.of(), OPTIONS, budget))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void augmentationDependsOnSeedEpochAndImageOnly() {
        try (BatchLoader one = new BatchLoader(augmented(images, 9), Sampler.sequential(22), OPTIONS, budget);
                BatchLoader other = new BatchLoader(augmented(images, 10), Sampler.sequential(22), OPTIONS, budget)) {
            List<Copy> first = epoch(one, 0, 0);
            List<Copy> second = epoch(one, 1, 0);
            assertThat(second.get(0).images()).isNotEqualTo(first.get(0).images());
            assertThat(epoch(other, 0, 0).get(0).images()).isNotEqualTo(first.get(0).images());
            same(epoch(one, 0, 0), first);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void startInTheMiddleGivesTheSameBatches(int workers) {
        Dataset augmented = augmented(images, 9);
        try (BatchLoader loader = loader(augmented, OPTIONS);
                BatchLoader resumed = loader(augmented, OPTIONS.withWorkers(workers).withPrefetch(1))) {
            List<Copy> whole = epoch(loader, 7, 0);
            same(epoch(resumed, 7, 4), whole.subList(4, 6));
            same(epoch(resumed, 7, 0), whole);
            assertThat(epoch(resumed, 7, 6)).isEmpty();
        }
    }

    @Test
    void restartGivesUpTheRestOfTheEpoch() {
        try (BatchLoader loader = loader(OPTIONS.withWorkers(2))) {
            List<Copy> expected = epoch(loader, 1, 0);
            for (int round = 0; round < 200; round++) {
                loader.start(5, 0);
                Batch held = Objects.requireNonNull(loader.next());
                float[] content = held.tensor(ImageExamples.IMAGES).toArray(JAVA_FLOAT);
                loader.start(1, 0);
                assertThat(held.tensor(ImageExamples.IMAGES).toArray(JAVA_FLOAT)).isEqualTo(content);
                loader.release(held);
                same(rest(loader), expected);
            }
        }
    }

    /** More often than there are batches to lose, each time while one is being made. */
    @Test
    void restartWhileABatchIsMadeLosesNoMemory() throws InterruptedException {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        AtomicReference<CountDownLatch> reading = new AtomicReference<>(new CountDownLatch(1));
        PatternImages gated = new PatternImages(22, 3, 5, 6, _ -> {
            Objects.requireNonNull(reading.get()).countDown();
            awaitQuietly(Objects.requireNonNull(gate.get()));
        });
        try (BatchLoader loader = loader(gated, OPTIONS.withPrefetch(1))) {
            List<Copy> expected = epoch(loader, 1, 0);
            for (int round = 0; round < 5; round++) {
                CountDownLatch closed = new CountDownLatch(1);
                gate.set(closed);
                reading.set(new CountDownLatch(1));
                loader.start(5, 0);
                Objects.requireNonNull(reading.get()).await();
                loader.start(1, 0);
                gate.set(new CountDownLatch(0));
                closed.countDown();
                same(rest(loader), expected);
            }
        }
    }

    @Test
    void lastBatchCanBeDropped() {
        try (BatchLoader loader = loader(OPTIONS.withLastBatch(LastBatch.DROP))) {
            assertThat(loader.batches()).isEqualTo(5);
            assertThat(epoch(loader, 0, 0)).hasSize(5).allMatch(batch -> batch.labels().length == 4);
        }
        assertThatThrownBy(() -> loader(OPTIONS.withBatchSize(23).withLastBatch(LastBatch.DROP)))
                .hasMessageContaining("22 examples do not fill one of 23");
    }

    @Test
    void smallerDataSetThanABatch() {
        try (BatchLoader loader = loader(OPTIONS.withBatchSize(64))) {
            assertThat(epoch(loader, 0, 0)).hasSize(1).allMatch(batch -> batch.labels().length == 22);
        }
    }

    @Test
    void countsStagingMemory() {
        try (BatchLoader loader = loader(OPTIONS.withPrefetch(2))) {
            // 4 images of 5 x 6 x 3 floats, up to 64 bytes; 4 labels, up to 64 bytes; two ahead and one in use
            assertThat(budget.usedByRole()).containsOnlyKeys(Role.STAGING).containsValue(3 * (1472L + 64));
            assertThat(loader.fields()).containsExactly(
                    new Field("images", TensorType.f32(3, 5, 6)), new Field("labels", TensorType.i32()));
        }
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> new BatchLoader(
                        augmented(images, 9), Sampler.sequential(22), OPTIONS, MemoryBudget.ofBytes(100)))
                .isInstanceOf(MemoryBudgetException.class);
    }

    @Test
    void failureSurfacesAfterTheBatchesBeforeIt() {
        int[] order = Sampler.shuffled(22, 3).order(0);
        DataException failure = new DataException("x/7.jpg", "is broken", "replace it");
        PatternImages broken = new PatternImages(22, 3, 5, 6, image -> {
            if (image == order[9]) {
                throw failure;
            }
        });
        try (BatchLoader loader = loader(broken, OPTIONS)) {
            loader.start(0, 0);
            loader.release(Objects.requireNonNull(loader.next()));
            loader.release(Objects.requireNonNull(loader.next()));
            assertThatThrownBy(loader::next).isSameAs(failure);
            assertThatThrownBy(loader::next).isSameAs(failure);
            assertThat(epoch(loader, 0, 3)).hasSize(3);
        }
    }

    @Test
    void unexpectedFailureNamesTheImage() {
        IllegalStateException cause = new IllegalStateException("oops");
        PatternImages broken = new PatternImages(1, 3, 5, 6, _ -> {
            throw cause;
        });
        try (BatchLoader loader = loader(broken, OPTIONS)) {
            loader.start(0, 0);
            assertThatThrownBy(loader::next)
                    .isInstanceOf(DataException.class)
                    .hasMessageContainingAll("pattern", "image 0", "oops")
                    .hasCause(cause);
        }
        PatternImages dead = new PatternImages(1, 3, 5, 6, _ -> {
            throw new OutOfMemoryError("test");
        });
        try (BatchLoader loader = loader(dead, OPTIONS)) {
            loader.start(0, 0);
            assertThatThrownBy(loader::next).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closeWhilePrefetching(int workers) throws InterruptedException {
        for (int round = 0; round < 100; round++) {
            CountDownLatch reading = new CountDownLatch(1);
            PatternImages watched = new PatternImages(22, 3, 5, 6, _ -> reading.countDown());
            BatchLoader loader = loader(watched, OPTIONS.withWorkers(workers));
            loader.start(0, 0);
            reading.await();
            loader.close();
            loader.close();
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void closeWakesAWaitingConsumer() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        PatternImages slow = new PatternImages(22, 3, 5, 6, _ -> awaitQuietly(go));
        BatchLoader loader = loader(slow, OPTIONS);
        loader.start(0, 0);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread consumer = Thread.ofPlatform().start(() -> {
            try {
                loader.next();
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        });
        while (consumer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        Thread closer = Thread.ofPlatform().start(loader::close);
        consumer.join();
        assertThat(thrown.get()).hasMessageContaining("closed");
        assertThat(budget.used()).as("freed under a thread that writes").isNotZero();
        go.countDown();
        closer.join();
        assertThat(budget.used()).isZero();
    }

    @Test
    void interruptedConsumerStopsWaiting() {
        CountDownLatch go = new CountDownLatch(1);
        PatternImages slow = new PatternImages(22, 3, 5, 6, _ -> awaitQuietly(go));
        try (BatchLoader loader = loader(slow, OPTIONS)) {
            loader.start(0, 0);
            Thread.currentThread().interrupt();
            assertThatThrownBy(loader::next).isInstanceOf(CancellationException.class);
            boolean interrupted = Thread.interrupted();
            go.countDown(); // before anything can fail: close() waits for the image being read
            assertThat(interrupted).isTrue();
            assertThat(rest(loader)).hasSize(6);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void recordsHowLongItWaited() {
        PatternImages slow = new PatternImages(8, 3, 5, 6, _ -> awaitMillis(5));
        try (BatchLoader loader = loader(slow, OPTIONS)) {
            long begin = System.nanoTime();
            assertThat(epoch(loader, 0, 0)).hasSize(2);
            assertThat(loader.waitedNanos()).isBetween(30_000_000L, System.nanoTime() - begin);
            loader.start(1, 2);
            assertThat(loader.waitedNanos()).isZero();
        }
    }

    private static void awaitMillis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Also while it waits: batches of 4 are taken faster than they are made. */
    @Test
    void consumerAllocatesNothing() {
        PatternImages many = new PatternImages(40_000, 3, 5, 6);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (BatchLoader loader = loader(many, OPTIONS)) {
            long least = Long.MAX_VALUE;
            for (int epoch = 0; epoch < 3; epoch++) {
                loader.start(epoch, 0);
                long before = threads.getCurrentThreadAllocatedBytes();
                int batches = 0;
                for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                    batches += batch.tensor(0).byteSize() > 0 && batch.tensor(1).byteSize() > 0 ? 1 : 0;
                    loader.release(batch);
                }
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                least = Math.min(least, allocated);
                assertThat(batches).isEqualTo(10_000);
                assertThat(loader.waitedNanos()).isPositive();
            }
            assertThat(least).as("bytes in 10,000 batches").isLessThan(1000);
        }
    }

    @Test
    void refusesMisuse() {
        BatchLoader loader = loader(OPTIONS.withPrefetch(1));
        assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("start");
        assertThatThrownBy(() -> loader.start(0, 7)).hasMessageContaining("batch 7 of an epoch of 6");
        loader.start(0, 0);
        Batch one = Objects.requireNonNull(loader.next());
        Batch two = Objects.requireNonNull(loader.next());
        assertThatThrownBy(loader::next).hasMessageContaining("all 2 batches are held");
        loader.release(one);
        assertThatThrownBy(() -> loader.release(one)).hasMessageContaining("released already");
        try (BatchLoader other = loader(OPTIONS)) {
            assertThatThrownBy(() -> other.release(two)).hasMessageContaining("another loader");
        }
        loader.close();
        assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> loader.release(two)).hasMessageContaining("closed");
        assertThatThrownBy(() -> loader.start(0, 0)).hasMessageContaining("closed");
        assertThatThrownBy(() -> two.tensor(0).get(JAVA_FLOAT, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        assertThatThrownBy(() -> new BatchLoader(augmented(images, 9), Sampler.sequential(23), OPTIONS, budget))
                .hasMessageContaining("the sampler visits 23 examples, pattern has 22");
        Normalization grey = Normalization.grey(0, 1);
        assertThatThrownBy(() -> new ImageExamples(images, grey))
                .hasMessageContaining("for 1 channels, pattern has 3");
        assertThatThrownBy(() -> new ImageExamples(images, NORMALIZATION).ofSize(new ImageSize(32, 32)))
                .hasMessageContaining("the model takes images of 32 x 32, but pattern has 5 x 6");
        assertThatThrownBy(() -> OPTIONS.withBatchSize(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
