"""`runwalk plan import`: the shapes that other tools write, and what becomes of them."""

import pytest
from fit_tool.utils.crc import crc16
from format_files import Desk, zwo
from garmin_fit_sdk import Encoder


@pytest.fixture
def desk(tmp_path, monkeypatch, capfd) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capfd)


@pytest.fixture
def imported(desk):
    return desk.imported


@pytest.fixture
def refused(desk):
    return desk.refused


class TestZwo:
    def test_all_blocks_in_all_spellings(self, imported):
        lines, told = imported(
            {
                "a.zwo": '\ufeff\n<?xml version="1.0" encoding="UTF-8"?>'
                + zwo(
                    """
                    <WarmUp duration="300" powerlow="0.25" POWERHIGH="0.5"/>
                    <IntervalsT Repeat="4" OnDuration="60" OffDuration="90"
                                PowerOnLow="0.6" PowerOnHigh="0.7" OffPower="0.4"/>
                    <steadystate DURATION="120" Power="0.45"/>
                    <SteadyState Duration="120" PowerLow="0.6" PowerHigh="0.8" pace="1"/>
                    <Ramp Duration="45.0" PowerLow="0.5" PowerHigh="0.9"/>
                    <Freeride Duration="600" FlatRoad="1"/>
                    <MaxEffort Duration="10"/>
                    <CoolDown Duration="300" PowerLow="0.5" PowerHigh="0.25"/>
                    """
                )
            }
        )
        assert lines == [
            "plan Easy",
            "week 1: warm 5m, 4x(run 1m, walk 90s), walk 2m, run 2m, run 45s, run 10m, run 10s, "
            "cool 5m",
        ]
        assert told == [
            "a.zwo: intensities are left out: a plan counts time, nothing else",
            "a.zwo: a ramp keeps its time, and not that it gets faster or slower",
        ]

    @pytest.mark.parametrize(
        ("below", "steps"),
        [
            ((), "2x(run 1m, walk 1m), walk 40s, run 40s"),
            (("--walk-below", "30"), "2x(run 1m, run 1m), run 40s, run 40s"),
            (("--walk-below", "66%"), "2x(run 1m, walk 1m), walk 40s, walk 40s"),
            (("--walk-below", "90"), "2x(walk 1m, walk 1m), walk 40s, walk 40s"),
        ],
    )
    def test_walks_by_intensity(self, imported, below, steps):
        blocks = (
            '<IntervalsT Repeat="2" OnDuration="60" OffDuration="60" OnPower="0.8" OffPower="0.3"/>'
            '<SteadyState Duration="40" Power="0.45"/><SteadyState Duration="40" Power="65"/>'
        )
        lines, _ = imported({"a.zwo": zwo(blocks)}, *below)
        # 2x(run 1m, run 1m) and the like are written in the shorter way
        wanted = steps.replace("2x(run 1m, run 1m)", "4x(run 1m)").replace(
            "2x(walk 1m, walk 1m)", "4x(walk 1m)"
        )
        assert lines[1] == f"week 1: {wanted}"

    def test_the_easy_half_walks_where_no_intensity_is_given(self, imported):
        blocks = '<IntervalsT Repeat="3" OnDuration="240" OffDuration="60"/>'
        assert imported({"a.zwo": zwo(blocks)})[0][1] == "week 1: 3x(run 4m, walk 1m)"

    def test_zones_are_intensities(self, imported):
        blocks = '<SteadyState Duration="90" Zone="1"/><SteadyState Duration="90" Zone="3"/>'
        lines, _ = imported({"a.zwo": zwo(blocks)}, "--walk-below", "60")
        assert lines[1] == "week 1: walk 90s, run 90s"

    def test_all_running_is_told(self, imported):
        blocks = '<SteadyState Duration="90" Power="0.7"/><SteadyState Duration="90" Power="0.9"/>'
        _, told = imported({"a.zwo": zwo(blocks)})
        assert any("--walk-below" in line for line in told)

    def test_cues_become_labels(self, imported):
        lines, told = imported(
            {
                "a.zwo": zwo(
                    """
                    <Warmup Duration="120"><textevent timeoffset="20" message="Shake out"/>
                      <TextEvent TimeOffset="90" message="Nearly there"/></Warmup>
                    <SteadyState Duration="60"><TextNotification timeOffset="0" text="Walk"/>
                    </SteadyState>
                    <SteadyState Duration="60"><textevent timeoffset="0" message="Hike: stairs"/>
                    </SteadyState>
                    <SteadyState Duration="60"><textevent timeoffset="0"
                      message="After this one you walk, so run tall"/></SteadyState>
                    """
                )
            }
        )
        assert lines[1] == (
            'week 1: warm 2m "Shake out", walk 1m, hike 1m "stairs", run 1m "After this one you…"'
        )
        assert told == [
            'a.zwo: a text within a step is left out: "Nearly there"',
            'a.zwo: a text is shortened to "After this one you…": '
            '"After this one you walk, so run tall"',
        ]

    def test_cues_of_intervals_count_from_the_blocks_begin(self, imported):
        every = "".join(
            f'<textevent timeoffset="{at}" message="{text}"/>'
            for at, text in ((0, "Tall"), (60, "Breathe"), (150, "Tall"), (210, "Breathe"))
        )
        block = '<IntervalsT Repeat="2" OnDuration="60" OffDuration="90">{}</IntervalsT>'
        lines, told = imported({"a.zwo": zwo(block.format(every))})
        assert lines[1] == 'week 1: 2x(run 1m "Tall", walk 90s "Breathe")'
        assert told == []
        once = '<textevent timeoffset="155" message="The last one"/>'
        lines, told = imported({"a.zwo": zwo(block.format(once))})
        assert lines[1] == "week 1: 2x(run 1m, walk 90s)"
        assert told == ['a.zwo: a text within a step is left out: "The last one"']

    METRES = (
        '<Warmup Duration="400"/>'
        '<IntervalsT Repeat="2" OnDuration="1000" OffDuration="200"/>'
        '<Cooldown Duration="200"/>'
    )
    # 400 m and 200 m at 10:00/km, 1,000 m at 6:00/km
    AS_TIME = "week 1: warm 4m, 2x(run 6m, walk 2m), cool 2m"

    def test_distances_are_refused_with_the_reason(self, refused):
        head = "<sportType>run</sportType><durationType>distance</durationType>"
        line = refused("a.zwo", zwo(self.METRES, head))
        assert "is a distance, 400 m" in line and "--pace" in line

    def test_distances_by_a_pace(self, imported):
        head = "<sporttype>run</sporttype><DurationType>Distance</DurationType>"
        lines, told = imported({"a.zwo": zwo(self.METRES, head)}, "--pace", "6:00/km")
        assert lines[1] == self.AS_TIME
        assert told == [
            "a.zwo: distances are converted, runs at 6:00/km, everything slower at 10:00/km, "
            "to the nearest 5 s"
        ]
        lines, _ = imported(
            {"a.zwo": zwo(self.METRES, head)}, "--pace", "6:00", "--walk-pace", "12:30/km"
        )
        assert lines[1] == "week 1: warm 5m, 2x(run 6m, walk 2m30s), cool 2m30s"

    def test_metres_without_a_word_about_it_are_not_taken_for_seconds(self, refused, imported):
        line = refused("a.zwo", zwo(self.METRES))
        assert "look like metres" in line and "--pace" in line and "--seconds" in line
        lines, told = imported({"a.zwo": zwo(self.METRES)}, "--pace", "6:00/km")
        assert lines[1] == self.AS_TIME
        assert "a.zwo: its lengths look like metres, and are taken as such" in told
        lines, _ = imported({"a.zwo": zwo(self.METRES)}, "--seconds")
        assert lines[1] == "week 1: warm 6m40s, 2x(run 16m40s, walk 3m20s), cool 3m20s"

    def test_a_bicycle(self, imported):
        head = "<sportType>bike</sportType>"
        _, told = imported({"a.zwo": zwo('<SteadyState Duration="60"/>', head)})
        assert told == ["a.zwo: a cycling workout: its efforts are taken as running"]

    def test_nothing_is_left_out_in_silence(self, imported):
        blocks = '<Hover Duration="60"/><RestDay/><textevent timeoffset="3" message="Hi"/>'
        lines, told = imported({"a.zwo": zwo(blocks)})
        assert lines[1] == "week 1: run 1m"
        assert told == [
            "a.zwo: <hover> is taken as a plain step",
            "a.zwo: <restday> is left out",
            'a.zwo: a text within a step is left out: "Hi"',
        ]


TCX = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <Workouts>
  <Workout Sport="Running">
   <Name>First</Name>
   <Step><StepId>1</StepId><Name>Warm Up</Name>
    <Duration xsi:type="Time_t"><Seconds>300</Seconds></Duration>
    <Intensity>Resting</Intensity><Target xsi:type="None_t"/></Step>
   <Step xsi:type="Repeat_t"><StepId>2</StepId><Repetitions>2</Repetitions>
    <Child xsi:type="Repeat_t"><StepId>3</StepId><Repetitions>3</Repetitions>
     <Child xsi:type="Step_t"><StepId>4</StepId>
      <Duration xsi:type="Time_t"><Seconds>60</Seconds></Duration>
      <Intensity>Active</Intensity><Target xsi:type="HeartRate_t"/></Child>
     <Child xsi:type="Step_t"><StepId>5</StepId>
      <Duration xsi:type="Time_t"><Seconds>90</Seconds></Duration>
      <Intensity>Resting</Intensity><Target xsi:type="None_t"/></Child>
    </Child>
    <Child xsi:type="Step_t"><StepId>6</StepId><Name>Stretch</Name>
     <Duration xsi:type="UserInitiated_t"/><Intensity>Resting</Intensity></Child>
   </Step>
   <Step><StepId>7</StepId><Duration xsi:type="CaloriesBurned_t"><Calories>50</Calories>
    </Duration><Intensity>Active</Intensity></Step>
  </Workout>
  <Workout Sport="Running"><Name>Second</Name>
   <Step><Name>Run</Name><Duration><Meters>1000</Meters></Duration></Step>
  </Workout>
 </Workouts>
</TrainingCenterDatabase>
"""


def test_tcx(imported, refused):
    assert "is a distance, 1000 m" in refused("a.tcx", TCX)
    lines, told = imported({"a.tcx": TCX}, "--pace", "7:00/km", "--week-days", "1")
    assert lines == [
        "plan a",
        'week 1 "First": warm 5m, 2x(3x(run 1m, walk 90s), walk open "Stretch"), run open',
        'week 2 "Second": run 7m',
    ]
    assert told[:2] == [
        "a.tcx: targets (heart rate, speed) are left out: a plan counts time, nothing else",
        "a.tcx: a step that ends by CaloriesBurned_t is open: it ends by a press of the button",
    ]


def fit(rows: list[dict], sport: str = "running", name: str = "Watch") -> bytes:
    """A workout as Garmin's own library writes it."""
    encoder = Encoder()
    encoder.write_mesg({"mesg_num": 0, "type": "workout", "manufacturer": "garmin"})
    encoder.write_mesg({"mesg_num": 26, "wkt_name": name, "sport": sport})
    for index, row in enumerate(rows):
        encoder.write_mesg({"mesg_num": 27, "message_index": index, **row})
    return encoder.close()


def timed(seconds: int, intensity: str, **more: object) -> dict:
    return {
        "duration_type": "time",
        "duration_value": seconds * 1000,
        "target_type": "open",
        "intensity": intensity,
        **more,
    }


def again(index: int, times: int, kind: str = "repeat_until_steps_cmplt") -> dict:
    return {"duration_type": kind, "duration_value": index, "target_value": times}


class TestFit:
    def test_repeats_in_repeats(self, imported):
        rows = [
            timed(300, "warmup"),
            timed(60, "interval"),
            timed(90, "recovery"),
            again(1, 4),
            {"duration_type": "open", "intensity": "rest", "wkt_step_name": "Rest: drink"},
            again(1, 2),
            timed(300, "cooldown"),
        ]
        lines, told = imported({"a.fit": fit(rows)})
        assert lines == [
            "plan Watch",
            'week 1: warm 5m, 2x(4x(run 1m, walk 90s), rest open "drink"), cool 5m',
        ]
        assert told == []

    def test_a_repeat_for_a_time_cuts_its_last_step(self, imported):
        rows = [timed(240, "active"), timed(60, "rest")]
        # 13 minutes: 4, 1, 4, 1 and 3 of the next 4
        lines, _ = imported({"a.fit": fit([*rows, again(0, 780_000, "repeat_until_time")])})
        assert lines[1] == "week 1: 2x(run 4m, walk 1m), run 3m"

    def test_what_else_ends_a_step(self, imported, refused):
        rows = [{"duration_type": "hr_less_than", "duration_value": 130, "intensity": "rest"}]
        lines, told = imported({"a.fit": fit(rows)})
        assert lines[1] == "week 1: walk open"
        assert told == [
            "a.fit: step 1 ends by heart rate; here it is open, and ends by a press of the button"
        ]
        rows = [{"duration_type": "distance", "duration_value": 40_000, "intensity": "active"}]
        assert "step 1 is a distance, 400 m" in refused("a.fit", fit(rows))
        assert imported({"a.fit": fit(rows)}, "--pace", "5:00/km")[0][1] == "week 1: run 2m"
        rows = [timed(60, "active"), again(0, 100_000, "repeat_until_distance")]
        assert "repeats until a distance" in refused("a.fit", fit(rows))

    def test_the_sport_says_what_an_active_step_is(self, imported):
        rows = [timed(600, "active"), timed(60, "active", wkt_step_name="Jog")]
        assert imported({"a.fit": fit(rows, "walking")})[0][1] == "week 1: walk 10m, run 1m"
        assert imported({"a.fit": fit(rows, "hiking")})[0][1] == "week 1: hike 10m, run 1m"

    def test_a_field_without_bytes_is_passed_over(self, imported, caplog):
        data = bytearray(fit([timed(600, "active", wkt_step_name="Walk")]))
        # of the definition of workout_step the field 0, wkt_step_name, and its value
        at = data.index(b"\0\0\x1b\0") + 5
        at += next(i for i in range(0, 60, 3) if data[at + i] == 0 and data[at + i + 2] == 7)
        data[at : at + 2] = bytes([132, 0])
        value = data.index(b"Walk\0")
        del data[value : value + 5]
        data[4:8] = (len(data) - data[0] - 2).to_bytes(4, "little")
        data[12:14] = crc16(bytes(data[:12])).to_bytes(2, "little")
        data[-2:] = crc16(bytes(data[:-2])).to_bytes(2, "little")
        lines, told = imported({"a.fit": bytes(data)})
        assert lines[1] == "week 1: run 10m"
        assert told == []
        assert caplog.records == []  # fit-tool would print a line for it

    def test_targets_are_told(self, imported):
        rows = [timed(600, "active") | {"target_type": "heart_rate", "target_value": 2}]
        _, told = imported({"a.fit": fit(rows)})
        assert told == [
            "a.fit: targets (pace, heart rate, power) are left out: a plan counts time alone"
        ]


class TestIntervals:
    def test_text_as_people_write_it(self, imported):
        text = (
            "Warmup\n- 10m ramp 50%-75%\n\n"
            "Main set 4x\n- Run tall 1m30 80-90% Pace\n- Recovery 1'30\" 55%\n\n"
            "2x\n- 1h2m3s 70%\n\n"
            "- Hill 5m Z3 press lap\n- Walk 90s\n- Walk 1:30\n\n"
            "Cooldown\n- 5m 50% intensity=cooldown\n"
        )
        lines, told = imported({"long.txt": text})
        assert lines == [
            "plan long",
            'week 1: warm 10m, 4x(run 90s "Run tall", walk 90s), run 1h2m3s, run 1h2m3s, '
            'run open "Hill", walk 90s, walk 90s, cool 5m',
        ]
        assert told == [
            "long.txt: targets (intensity, pace, cadence) are left out: a plan counts time alone"
        ]

    def test_nested_bullets(self, imported):
        text = "- Warmup 5m\n- 3x\n  - Run 1m\n  - Walk 2m\n- Cooldown 5m\n"
        assert imported({"a.txt": text})[0][1] == "week 1: warm 5m, 3x(run 1m, walk 2m), cool 5m"

    def test_intensities(self, imported):
        text = "5x\n- 1m 80%\n- 1m 40-50%\n"
        assert imported({"a.txt": text})[0][1] == "week 1: 5x(run 1m, walk 1m)"
        text = "5x\n- 1m Z4\n- 1m Z1\n"
        lines, _ = imported({"a.txt": text}, "--walk-below", "60")
        assert lines[1] == "week 1: 5x(run 1m, walk 1m)"

    def test_m_is_minutes(self, imported, refused):
        _, told = imported({"a.txt": "- Run 400m\n"})
        assert told == ["a.txt: 400m is 400 minutes here; metres are written mtr"]
        for length in ("400mtr", "0.4km", "400 meters"):
            text = f"- Run {length}\n"
            assert "is a distance, 400 m" in refused("a.txt", text)
            assert imported({"a.txt": text}, "--pace", "5:00/km")[0][1] == "week 1: run 2m"
        lines, _ = imported({"a.txt": "- Run 1mi\n"}, "--pace", "10:00/mi")
        assert lines[1] == "week 1: run 10m"

    def test_prompts(self, imported):
        lines, told = imported({"a.txt": "- Run: tall 33^Halfway there <!> 2m 70%\n"})
        assert lines[1] == 'week 1: run 2m "tall"'
        assert 'a.txt: a text within a step is left out: "Halfway there"' in told
