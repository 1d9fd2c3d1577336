package dev.gatun.lab;

import dev.gatun.data.image.DataSplit;
import dev.gatun.model.Model;
import dev.gatun.train.TrainingOptions;

/**
 * What all training runs of a study have in common.
 *
 * @param model    network
 * @param dataName name of the data, such as its path
 * @param data     images, which the caller closes
 * @param training training options; optimizer and seed are set for each run
 */
public record Setting(Model model, String dataName, DataSplit data, TrainingOptions training) {}
