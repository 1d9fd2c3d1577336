"""Event files and TensorBoard 2.21.

    python events.py > ../resources/dev/gatun/io/events.txt
    python events.py FOLDER

The first writes, in hexadecimal digits, what TensorBoard's own classes make of the events that EventFileTest writes.
The second prints the scalars that TensorBoard reads from the event files in a folder.
"""
import io
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def scalar(seconds, step, name, value):
    return event_pb2.Event(wall_time=seconds, step=step,
                           summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=name, simple_value=value)]))


if len(sys.argv) > 1:
    events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
    events.Reload()
    for name in sorted(events.Tags()["scalars"]):
        print(name, " ".join(f"{each.step}:{each.value:.6g}" for each in events.Scalars(name)))
else:
    seconds = 1234567890.125
    start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    out = io.BytesIO()
    out.close = lambda: None
    writer = RecordWriter(out)
    for event in [event_pb2.Event(wall_time=seconds, file_version="brain.Event:2"),
                  event_pb2.Event(wall_time=seconds, step=301, session_log=start),
                  scalar(seconds, 0, "loss", 2.5), scalar(seconds, 300, "train/accuracy", 0.75),
                  scalar(seconds, 5_000_000_000, "größe/" + "x" * 200, float("inf"))]:
        writer.write(event.SerializeToString())
    print(out.getvalue().hex())
