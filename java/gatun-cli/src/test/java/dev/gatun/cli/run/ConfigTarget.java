package dev.gatun.cli.run;

import dev.gatun.fuzz.FuzzTarget;
import dev.gatun.fuzz.Inputs;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The fields of {@code config.json}: what they are written as is read the same. */
public final class ConfigTarget implements FuzzTarget {
    private static final Path FILE = Path.of("config.json");

    private static final String SEED = """
            {"model":"mlp","stem":"auto","init":"default","last_gamma":"one","data":"/data","image_size":0,\
            "color":"auto","bad_images":"refuse","limit":0,"test_limit":0,"validation":"auto",\
            "train_images":96,"classes":["0","1","2"],"epochs":2,"batch_size":32,\
            "last_batch":"keep","accumulate":1,"seed":1,"optimizer":"adamw","hyperparameters":{"learning_rate":0.002,\
            "beta1":0.9,"beta2":0.999,"epsilon":1.0E-8,"weight_decay":0.01,"l1":0.0,"l1_method":"subgradient",\
            "decay":"decoupled","variant":"classic","direction":"minimize"},"clip_value":0.0,"ema":0.0,"states":"f32",\
            "loss_scale":"none","precision":"f32","label_smoothing":0.1,\
            "confidence_penalty":0.0,"class_weights":"balanced","sampling":"shuffled","freeze":["0.*"],\
            "groups":["fc.*:lr=0.1,weight-decay=0"],"monitor":"loss","early_stopping":"5,delta=0.001",\
            "schedule":"cosine","momentum_schedule":"auto",\
            "weight_decay_schedule":"constant","augment":"cifar+mixup","device":"cpu","threads":1,"memory":0,\
            "emulation":"refused","convolution":"auto","checkpoint_every":0}""";

    @Override
    public void read(byte[] input) {
        Map<String, Object> json = Json.parseObject(Inputs.text(input), FILE.toString());
        RunConfig config = RunConfig.fromJson(json, FILE);
        Inputs.same(config, RunConfig.fromJson(Json.parseObject(Json.write(config.toJson()), "written"), FILE));
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(RunFolderException.class, JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts(SEED, SEED.replace("\"clip_value\"", "\"clip_norm\":1.0,\"lookahead\":\"5,0.5\","
                + "\"sam\":\"0.05\",\"swa\":\"2,0.05\",\"warmup\":\"5%\",\"clip_value\"")
                .replace("\"last_gamma\":\"one\"", "\"last_gamma\":\"zero\",\"weights\":{\"file\":\"/w.safetensors\","
                + "\"part\":\"body\",\"sha256\":\"00\"}"));
    }
}
