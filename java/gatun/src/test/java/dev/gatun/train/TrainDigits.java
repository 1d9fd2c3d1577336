package dev.gatun.train;

import static dev.gatun.nn.Layers.*;

import dev.gatun.backend.*;
import dev.gatun.data.image.*;
import dev.gatun.model.Model;
import dev.gatun.train.*;

public class TrainDigits {
    public static void main(String[] args) {
        Model model = new Model("digits", 1, 28, 28, 10, sequential(
                conv2d(8, 3), relu(), maxPool(2),
                conv2d(16, 3), relu(), maxPool(2),
                flatten(), dropout(0.2), linear(10)));
        TrainingOptions options = TrainingOptions.defaults().withEpochs(3).withBatchSize(32);
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(2_000).withTest(500));
                Device device = Backends.open("cpu", DeviceOptions.defaults());
                Trainer trainer = new Trainer(model, digits, device, options)) {
            trainer.run((progress, test) ->
                    System.out.printf("epoch %d: test accuracy %.3f%n", progress.epoch() + 1, test.accuracy()));
        }
    }
}
