package dev.gatun.lab;

import dev.gatun.data.image.DataSplit;
import dev.gatun.model.Model;
import dev.gatun.train.TrainingOptions;

/**
 * What all training runs have in common.
 *
 * @param model    the network
 * @param dataName what the data is called, such as its path
 * @param data     the images, which stay the caller's
 * @param training how to train; the optimizer and the seed are set for each run
 */
public record Setting(Model model, String dataName, DataSplit data, TrainingOptions training) {}
