import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Trains with one rank for each task of a barrier stage. The tasks tell each other where they are; each then starts
 * {@code gatun train} as a process of its own, which takes rank, size and the address of rank 0 from its environment
 * as under torchrun. So Spark keeps its own version of Java, and a crash ends no executor. A barrier stage needs as
 * many free slots as it has ranks, and no dynamic allocation.
 *
 * <pre>
 * spark-submit --class GatunOnSpark gatun-on-spark.jar RANKS PATH_OF_GATUN [option of gatun train]...
 * </pre>
 */
public final class GatunOnSpark {
    private GatunOnSpark() {}

    /** Starts the stage, and fails when a rank does. */
    public static void main(String[] arguments) {
        if (arguments.length < 2) {
            System.err.println("usage: GatunOnSpark RANKS PATH_OF_GATUN [option of gatun train]...");
            System.exit(2);
        }
        int ranks = Integer.parseInt(arguments[0]);
        List<String> command = new ArrayList<>(List.of(arguments[1], "train"));
        command.addAll(Arrays.asList(arguments).subList(2, arguments.length));
        // A lambda that Spark can send to its executors.
        Function1<Iterator<Integer>, Iterator<Integer>> task =
                (Function1<Iterator<Integer>, Iterator<Integer>> & Serializable) nothing -> run(command);
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("gatun train"))) {
            spark.parallelize(Collections.nCopies(ranks, 0), ranks).rdd().barrier()
                    .mapPartitions(task, false, ClassTag$.MODULE$.<Integer>apply(Integer.class))
                    .toJavaRDD().collect();
        }
    }

    private static Iterator<Integer> run(List<String> command) {
        BarrierTaskContext context = BarrierTaskContext.get();
        int rank = context.partitionId();
        try {
            String host = InetAddress.getLocalHost().getHostName();
            String[] places = context.allGather(host + " " + freePort()); // in the order of the ranks
            String[] first = places[0].split(" ");
            long local = Stream.of(places).limit(rank).filter(place -> place.startsWith(host + " ")).count();
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(Map.of("RANK", "" + rank, "WORLD_SIZE", "" + places.length,
                    "LOCAL_RANK", "" + local, "MASTER_ADDR", first[0], "MASTER_PORT", first[1]));
            Process process = builder.start();
            TaskCompletionListener end = ended -> process.destroy(); // the job may be cancelled
            context.addTaskCompletionListener(end);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("rank " + rank + " on " + host + " ended with status " + status);
            }
            return CollectionConverters.asScala(List.of(status).iterator());
        } catch (IOException e) {
            throw new IllegalStateException("rank " + rank + " could not be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("rank " + rank + " was interrupted", e);
        }
    }

    /** A port that is free now; only that of rank 0 is used. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
