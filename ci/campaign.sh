# What the scripts of the campaign share: the class path, the JVM and the table. To be read with "source".

# The classes, tests and libraries of both modules; builds them unless GATUN_TEST_CLASSPATH names them.
campaign_class_path() {
    if [[ -n ${GATUN_TEST_CLASSPATH:-} ]]; then
        echo "$GATUN_TEST_CLASSPATH"
        return
    fi
    local libraries folders="" module
    libraries=$(mktemp)
    mvn -q "$@" -pl java/gatun-cli -am test-compile dependency:build-classpath -Dmdep.outputFile="$libraries" \
        -Dmdep.includeScope=test >&2
    for module in gatun gatun-cli; do
        folders+=$PWD/java/$module/target/test-classes:$PWD/java/$module/target/classes:
    done
    echo "$folders$(<"$libraries")"
    rm -f "$libraries"
}

# Sets $jvm to the command of a JVM with the classes of $class_path; in the background its process is the JVM's.
campaign_jvm() {
    export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
    jvm=(nice -n "${GATUN_NICE:-10}" "$(ci/check-tools --jdk)/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED
        -cp "$class_path")
}

# A line of the table: attack, inputs, failures. Kept for ci/nightly where GATUN_ROWS names a file.
campaign_row() {
    printf '%-28s %14s inputs %6s failures\n' "$@"
    [[ -z ${GATUN_ROWS:-} ]] || printf '%s\t%s\t%s\n' "$@" >>"$GATUN_ROWS"
}

# Makes $work/whole, a run of a small network that nothing disturbed, and $work/begun, the same run after its first
# epoch. That one chooses the kernels, which a run keeps: on a busy machine two runs may choose differently.
campaign_run() {
    local split count hex i status=0
    export GATUN_CACHE=$work/cache
    mkdir -p "$work/data"
    for split in train:96:60 t10k:40:28; do # MNIST's files: images of 12x12 pixels, in three classes
        IFS=: read -r split count hex <<<"$split"
        {
            printf "\\x00\\x00\\x08\\x03\\x00\\x00\\x00\\x$hex\\x00\\x00\\x00\\x0c\\x00\\x00\\x00\\x0c"
            head -c $((count * 144)) < <(yes 'three kinds of pixels')
        } >"$work/data/$split-images-idx3-ubyte"
        {
            printf "\\x00\\x00\\x08\\x01\\x00\\x00\\x00\\x$hex"
            for ((i = 0; i < count; i++)); do printf "\\x0$((i % 3))"; done
        } >"$work/data/$split-labels-idx1-ubyte"
    done
    options=(--model mlp --epochs 25 --threads 1 --batch-size 16 --checkpoint-every 1 --augment none
        --data "$work/data")
    "${jvm[@]}" "$@" dev.gatun.cli.Main train --quiet "${options[@]}" --output "$work/begun" --stop-after-steps 7 \
        >"$work/out" 2>&1 || status=$?
    cp -r "$work/begun" "$work/whole"
    if ((status != 130)) ||
        ! "${jvm[@]}" dev.gatun.cli.Main train --quiet --resume "$work/whole" >"$work/out" 2>&1; then
        cat "$work/out" >&2
        return 1
    fi
}

# The latest checkpoint of a run; nothing where there is none.
campaign_latest() {
    find "$1/checkpoints" -maxdepth 1 -name 'step-*' 2>/dev/null | sort | tail -n 1
}

campaign_metrics() {
    sed 's/,"images_per_second":[^,}]*//' "$1/metrics.jsonl"
}

# Whether a run ended as the one that nothing disturbed.
campaign_same() {
    local file
    for file in model.json model.safetensors optimizer.safetensors state.json; do
        cmp -s "$(campaign_latest "$1")/$file" "$work/whole/checkpoints/step-00000150/$file" || return 1
    done
    diff -q <(campaign_metrics "$1") <(campaign_metrics "$work/whole") >/dev/null
}
