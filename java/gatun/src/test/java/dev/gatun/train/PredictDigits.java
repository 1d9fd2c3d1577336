package dev.gatun.train;

import dev.gatun.backend.*;
import dev.gatun.data.image.*;
import dev.gatun.io.*;
import dev.gatun.model.Model;
import dev.gatun.train.*;
import java.nio.file.Path;

public class PredictDigits {
    public static void main(String[] args) {
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTest(5));
                Device device = Backends.open("cpu", DeviceOptions.defaults());
                LoadedCheckpoint checkpoint = CheckpointStore.read(Path.of(args[0]));
                TrainedModel model = TrainedModel.open(checkpoint, device, 64)) {
            Predictions probabilities = model.predict(Model.PROBABILITIES, digits.test());
            for (int i = 0; i < probabilities.size(); i++) {
                int digit = probabilities.largest(i);
                System.out.printf("image %d: %d, with a probability of %.3f%n", i, digit, probabilities.of(i)[digit]);
            }
        }
    }
}
