"""The reading of the NCI wording against the tables of the project's CTCAE reference.

A line is a ladder: version, term [quantity], unit and what is known beside the value, then
`value:grade`, with `?` where the grade cannot be decided.
"""

from decimal import Decimal
from typing import Any

import pytest

from .nci_reading import VERSIONS, factors_of, grade, printed_limits, term, terms

FLAGS = {"yes": True, "no": False, "unknown": None}
WORDS = ("symptoms", "anticoagulated", "fasting")

#: Section 1: all terms of 3.0.
VERSION_3 = """
3.0 | Hemoglobin | g/dL lln=12 | 12:0 11.9:1 10.0:1 9.9:2 8:2 7.9:3 6.5:3 6.4:4
3.0 | Hemoglobin | mmol/L lln=7.5 | 7.5:0 7.4:1 6.2:1 6.1:2 4.9:2 4.8:3 4.0:3 3.9:4
3.0 | Hemoglobin | g/L lln=120 | 120:0 119:1 100:1 99:2 80:2 79:3 65:3 64:4
3.0 | Leukocytes | 10^9/L lln=4 | 4:0 3.9:1 3.0:1 2.9:2 2.0:2 1.9:3 1.0:3 0.9:4
3.0 | Neutrophils | 10^9/L lln=2 | 2:0 1.9:1 1.5:1 1.4:2 1.0:2 0.9:3 0.5:3 0.4:4
3.0 | Lymphopenia | 10^9/L lln=1 | 1:0 0.9:1 0.8:1 0.7:2 0.5:2 0.4:3 0.2:3 0.1:4
3.0 | Lymphopenia | /mm3 lln=1000 | 1000:0 999:1 800:1 799:2 500:2 499:3 200:3 199:4
3.0 | Platelets | 10^9/L lln=150 | 150:0 149:1 75:1 74:2 50:2 49:3 25:3 24:4
3.0 | Platelets | /mm3 lln=150000 | 150000:0 75000:1 74999:2 50000:2 49999:3 25000:3 24999:4
3.0 | CD4 count | 10^9/L lln=0.6 | 0.6:0 0.5:1 0.49:2 0.2:2 0.19:3 0.05:3 0.04:4
3.0 | Haptoglobin | g/L lln=0.3 | 0.3:0 0.29:1 0.01:1 0:3
3.0 | Creatinine | umol/L uln=100 | 100:0 101:1 150:1 151:2 300:2 301:3 600:3 601:4
3.0 | Bilirubin | umol/L uln=20 | 20:0 21:1 30:1 31:2 60:2 61:3 200:3 201:4
3.0 | ALT | U/L uln=40 | 40:0 41:1 100:1 101:2 200:2 201:3 800:3 801:4
3.0 | AST | U/L uln=40 | 40:0 41:1 100:1 101:2 200:2 201:3 800:3 801:4
3.0 | Alkaline phosphatase | U/L uln=40 | 40:0 41:1 100:1 101:2 200:2 201:3 800:3 801:4
3.0 | GGT | U/L uln=40 | 40:0 41:1 100:1 101:2 200:2 201:3 800:3 801:4
3.0 | Amylase | U/L uln=100 | 100:0 101:1 150:1 151:2 200:2 201:3 500:3 501:4
3.0 | Lipase | U/L uln=100 | 100:0 101:1 150:1 151:2 200:2 201:3 500:3 501:4
3.0 | CPK | U/L uln=100 | 100:0 101:1 250:1 251:2 500:2 501:3 1000:3 1001:4
3.0 | Triglyceride | mmol/L uln=2 | 2:0 2.1:1 5:1 5.1:2 10:2 10.1:3 20:3 20.1:4
3.0 | INR | - uln=1.2 | 1.2:0 1.21:1 1.8:1 1.81:2 2.4:2 2.41:3 9:3
3.0 | PTT | s uln=40 | 40:0 41:1 60:1 61:2 80:2 81:3
3.0 | Fibrinogen | g/L lln=2 base=4 | 4.1:0 4:0 3.9:1 3.1:1 3:2 2.1:2 2:3 1.1:3 1:4
3.0 | Fibrinogen | g/L lln=4 base=2 | 4:0 3.9:1 3:1 2.9:2 2:2 1.9:3 1.1:3 1:3 0.9:4
3.0 | Fibrinogen | g/L lln=0.6 base=0.6 | 0.6:0 0.5:1 0.49:4
3.0 | Fibrinogen | mg/dL lln=60 base=60 | 60:0 50:1 49:4
3.0 | Fibrinogen | mg/dL lln=200 | 49:4 51:? 300:?
3.0 | Albumin | g/L lln=35 | 35:0 34:1 30:1 29:2 20:2 19:3 1:3
3.0 | Albumin | g/dL lln=3.5 | 3.5:0 3.4:1 3:1 2.9:2 2:2 1.9:3
3.0 | Bicarbonate | mmol/L lln=22 | 22:0 21:1 16:1 15:2 11:2 10:3 8:3 7:4
3.0 | Sodium, serum-low | mmol/L lln=135 | 135:0 134:1 130:1 129.9:3 120:3 119:4
3.0 | Sodium, serum-high | mmol/L uln=145 | 145:0 146:1 150:1 151:2 155:2 156:3 160:3 161:4
3.0 | Potassium, serum-low | mmol/L lln=3.5 | 3.5:0 3.4:1 3.0:1 2.9:3 2.5:3 2.4:4
3.0 | Potassium, serum-high | mmol/L uln=5 | 5:0 5.1:1 5.5:1 5.6:2 6:2 6.1:3 7:3 7.1:4
3.0 | Calcium, serum-low | mmol/L lln=2.1 | 2.1:0 2:1 1.99:2 1.75:2 1.74:3 1.5:3 1.49:4
3.0 | Calcium, serum-low | mg/dL lln=8.6 | 8.6:0 8:1 7.9:2 7:2 6.9:3 6:3 5.9:4
3.0 | Calcium, serum-high | mmol/L uln=2.5 | 2.5:0 2.9:1 2.91:2 3.1:2 3.11:3 3.4:3 3.41:4
3.0 | Calcium, serum-high | mg/dL uln=10.2 | 10.2:0 11.5:1 11.6:2 12.5:2 12.6:3 13.5:3 13.6:4
3.0 | Calcium, serum-low [ionized calcium] | mmol/L lln=1.1 | 1.1:0 1:1 0.9:2 0.8:3 0.79:4
3.0 | Calcium, serum-high [ionized calcium] | mmol/L uln=1.3 | 1.3:0 1.5:1 1.6:2 1.8:3 1.81:4
3.0 | Glucose, serum-high | mmol/L uln=6 | 6:0 6.1:1 8.9:1 9:2 13.9:2 14:3 27.8:3 27.9:4
3.0 | Glucose, serum-high | mg/dL uln=110 | 110:0 160:1 161:2 250:2 251:3 500:3 501:4
3.0 | Glucose, serum-low | mmol/L lln=3.9 | 3.9:0 3.0:1 2.9:2 2.2:2 2.1:3 1.7:3 1.6:4
3.0 | Glucose, serum-low | mg/dL lln=70 | 70:0 55:1 54:2 40:2 39:3 30:3 29:4
3.0 | Magnesium, serum-low | mmol/L lln=0.7 | 0.7:0 0.5:1 0.49:2 0.4:2 0.39:3 0.3:3 0.29:4
3.0 | Magnesium, serum-low | mg/dL lln=1.7 | 1.7:0 1.2:1 1.1:2 0.9:2 0.8:3 0.7:3 0.6:4
3.0 | Magnesium, serum-high | mmol/L uln=1 | 1:0 1.23:1 1.24:3 3.3:3 3.31:4
3.0 | Magnesium, serum-high | mg/dL uln=2.4 | 2.4:0 3:1 3.1:3 8:3 8.1:4
3.0 | Phosphate | mmol/L lln=0.85 | 0.85:0 0.8:1 0.79:2 0.6:2 0.59:3 0.3:3 0.29:4
3.0 | Phosphate | mg/dL lln=2.7 | 2.7:0 2.5:1 2.4:2 2:2 1.9:3 1:3 0.9:4
3.0 | Uric acid | mg/dL uln=7 | 7:0 7.1:3 10:3 10.1:4
3.0 | Uric acid | mmol/L uln=0.42 | 0.42:0 0.43:3 0.59:3 0.591:4
3.0 | Cholesterol | mmol/L uln=5 | 5:0 7.75:1 7.76:2 10.34:2 10.35:3 12.92:3 12.93:4
3.0 | Cholesterol | mg/dL uln=200 | 200:0 300:1 301:2 400:2 401:3 500:3 501:4
3.0 | Glomerular | mL/min lln=90 | 90:0 67.5:0 67.4:1 45:1 44.9:2 22.5:2 22.4:3 1:3
3.0 | Acidosis | - lln=7.35 | 7.35:0 7.34:1 7.3:1 7.29:3 6.9:3
3.0 | Alkalosis | - uln=7.45 | 7.45:0 7.46:1 7.5:1 7.51:3
3.0 | Cardiac troponin T | ng/mL | 0.029:0 0.03:1 0.049:1 0.05:2 0.099:2 0.1:3 0.199:3 0.2:4
3.0 | Proteinuria | g/24 hrs | 0.14:0 0.15:1 1.0:1 1.1:2 3.5:2 3.6:3
3.0 | Proteinuria [dipstick] | + | 0:0 1:1 2:2 3:2 4:3
3.0 | Prolonged QTc | s base=0.43 | 0.45:0 0.451:1 0.47:1 0.471:2 0.5:2 0.501:3
3.0 | Prolonged QTc | s base=0.38 | 0.439:0 0.44:2 0.46:2
3.0 | Prolonged QTc | s | 0.44:? 0.48:2 0.51:3
"""

#: Section 2: what changes between the versions.
CHANGES = """
4.03 5.0 6.0 | Anemia | g/dL lln=12 | 12:0 10:1 9.9:2 8:2 7.9:3 6.4:3 1:3
4.03 | Hemoglobin increased | g/dL uln=16 base=15 base_uln=16 | 16:0 16.1:1 18:1 18.1:2 20.1:3
4.03 | Hemoglobin increased | g/L uln=160 base=170 base_uln=160 | 170:0 171:1 191:2 211:3
4.03 | Hemoglobin increased | g/dL uln=16 | 15:0 16:0 17:? 30:?
5.0 6.0 | Hemoglobin increased | g/L uln=160 base=170 base_uln=160 | 160:0 170:1 180:1 181:2 201:3
4.03 5.0 | Platelet count | 10^9/L lln=150 | 150:0 149:1 75:1 74:2 50:2 49:3 25:3 24:4
6.0 | Thrombocytopenia | 10^9/L lln=150 | 150:0 149:1 75:1 74:2 50:2 49:3 10:3 9.9:4
6.0 | Thrombocytopenia | /mm3 lln=150000 | 50000:2 49999:3 10000:3 9999:4
4.03 5.0 | Neutrophil | 10^9/L lln=2 | 2:0 1.9:1 1.5:1 1.4:2 1:2 0.9:3 0.5:3 0.4:4
6.0 | Neutrophil | 10^9/L | 1.5:0 1.4:1 1.0:1 0.9:2 0.5:2 0.4:3 0.1:3 0.09:4
4.03 5.0 | Lymphocyte count decreased | 10^9/L lln=1 | 1:0 0.8:1 0.5:2 0.2:3 0.1:4
6.0 | Lymphopenia | 10^9/L lln=1 | 0.9:? 0.1:?
4.03 5.0 6.0 | Lymphocyte count increased | 10^9/L | 4:0 4.1:2 20:2 20.1:3
4.03 5.0 6.0 | Leukocytosis | 10^9/L | 100:0 100.1:3
4.03 5.0 6.0 | White blood cell | 10^9/L lln=4 | 4:0 3:1 2.9:2 2:2 1.9:3 1:3 0.9:4
4.03 5.0 6.0 | CD4 | /mm3 lln=600 | 600:0 500:1 499:2 200:2 199:3 50:3 49:4
5.0 6.0 | Eosinophilia | 10^9/L uln=0.5 base=0.7 | 0.5:0 0.7:0 0.71:1
5.0 6.0 | Eosinophilia | 10^9/L uln=0.5 | 0.5:0 0.6:?
4.03 | Alanine | U/L uln=40 | 40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4
4.03 | Aspartate | U/L uln=40 | 40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4
5.0 6.0 | Alanine | U/L uln=40 base=40 base_uln=40 | 40:0 120:1 121:2 200:2 201:3 800:3 801:4
5.0 | Aspartate | U/L uln=40 base=60 base_uln=40 | 40:0 89:0 90:1 181:2 301:3 1200:3 1201:4
5.0 | Alanine | U/L uln=40 base=60 base_uln=40 | 40:0 89:0 90:1 180:1 181:2 300:2 301:3 1201:4
6.0 | Aspartate | U/L uln=40 base=60 base_uln=40 | 59:0 60:1 90:1 91:2 120:2 121:3 240:3 241:4
4.03 | Alkaline | U/L uln=100 | 100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4
5.0 | Alkaline | U/L uln=100 base=90 base_uln=100 | 100:0 101:1 250:1 251:2 501:3 2001:4
5.0 | Alkaline | U/L uln=100 base=150 base_uln=100 | 299:0 300:1 375:1 376:2 750:2 751:3 3001:4
6.0 | Alkaline | U/L uln=100 base=150 | 100:0 150:0 151:1 9999:1
4.03 | GGT | U/L uln=60 | 60:0 61:1 150:1 151:2 300:2 301:3 1200:3 1201:4
5.0 | GGT | U/L uln=60 base=100 base_uln=60 | 199:0 200:1 250:1 251:2 501:3 2001:4
6.0 | GGT | U/L uln=60 base=100 base_uln=60 | 99:0 100:1 150:1 151:2 300:2 301:3 1000:3 1001:4
4.03 | Blood bilirubin | umol/L uln=20 | 20:0 21:1 30:1 31:2 60:2 61:3 200:3 201:4
5.0 | Blood bilirubin | umol/L uln=20 base=40 base_uln=20 | 40:0 41:1 60:1 61:2 120:2 121:3 401:4
6.0 | Blood bilirubin | umol/L uln=20 base=40 base_uln=20 | 39:0 40:1 60:1 61:2 100:2 101:3 401:4
4.03 | Creatinine increased | umol/L uln=100 base=60 | 60:0 61:1 90:1 91:2 180:2 181:3 600:3 601:4
5.0 | Creatinine increased | umol/L uln=100 base=60 | 61:0 90:0 91:2 180:2 181:3 601:4
4.03 5.0 | Creatinine increased | umol/L uln=100 base=200 | 101:1 150:1 151:2 300:2 301:3 601:4
6.0 | Creatinine increased | umol/L uln=100 base=60 base_lln=50 | 100:0 101:1 150:1 151:2 301:3
6.0 | Creatinine increased | umol/L uln=100 base=40 base_lln=50 | 60:0 61:2 120:2 121:3 601:4
4.03 | INR | - uln=1.2 | 1.2:0 1.21:1 1.8:1 1.81:2 3:2 3.01:3
5.0 6.0 | INR | - uln=1.1 | 1.2:0 1.21:1 1.5:1 1.51:2 2.5:2 2.51:3
4.03 5.0 6.0 | Activated | s uln=40 | 40:0 41:1 60:1 61:2 100:2 101:3
4.03 | Fibrinogen | g/L lln=2 base=4 | 4:0 3.9:1 3:2 2:3 1:4
5.0 6.0 | Fibrinogen | g/L lln=2 base=4 | 3.9:0 2:0 1.9:3 1:4
5.0 6.0 | Fibrinogen | g/L lln=2 base=2.2 | 1.9:1 1.65:2 1.5:2 1.1:3 0.55:4
4.03 | Hyponatremia | mmol/L lln=135 | 135:0 130:1 129:3 120:3 119:4
5.0 | Hyponatremia | mmol/L lln=135 | 135:0 130:1 129:3 125:3 124:3 120:3 119:4
5.0 | Hyponatremia | mmol/L lln=135 symptoms=lowest | 130:1 129:2 125:2 124:3 119:4
6.0 | Hyponatremia | mmol/L lln=135 symptoms=lowest | 130:1 129.9:2 125:2 124.9:3 120:3 119.9:4
6.0 | Hyponatremia | mmol/L lln=135 symptoms=open | 130:1 129.9:? 125:? 124.9:3
3.0 | Potassium, serum-low | mmol/L lln=3.5 | 3.4:1
4.03 5.0 6.0 | Hypokalemia | mmol/L lln=3.5 | 3.5:0 3.4:2 3:2 2.9:3 2.5:3 2.4:4
4.03 5.0 6.0 | Hypokalemia | mmol/L lln=3.5 symptoms=lowest | 3.4:1 3:1 2.9:3
4.03 5.0 6.0 | Hyperkalemia | mmol/L uln=5 | 5:0 5.5:1 6:2 7:3 7.1:4
4.03 5.0 6.0 | Hypernatremia | mmol/L uln=145 | 145:0 150:1 155:2 160:3 161:4
4.03 6.0 | Hyperglycemia | mmol/L uln=6 | 6:0 8.9:1 13.9:2 27.8:3 27.9:4
4.03 6.0 | Hyperglycemia | mmol/L uln=6 fasting=no | 8:0 13.9:0 14:3 27.9:4
4.03 6.0 | Hyperglycemia | mmol/L uln=6 fasting=unknown | 5:0 8:? 14:3
5.0 | Hyperglycemia | mmol/L uln=6 | 8:? 30:?
4.03 5.0 6.0 | Hypoglycemia | mg/dL lln=70 | 70:0 55:1 54:2 40:2 39:3 30:3 29:4
4.03 | Hypophosphatemia | mmol/L lln=0.85 | 0.85:0 0.8:1 0.6:2 0.3:3 0.29:4
5.0 6.0 | Hypophosphatemia | mmol/L lln=0.85 | 0.1:?
4.03 | Hyperuricemia | mg/dL uln=7 | 7:0 7.1:3 10:3 10.1:4
4.03 | Hyperuricemia | mg/dL uln=7 symptoms=lowest | 7.1:1 10:1 10.1:4
5.0 6.0 | Hyperuricemia | mg/dL uln=7 | 7:0 7.1:3 20:3
5.0 6.0 | Hyperuricemia | mg/dL uln=7 symptoms=open | 7:0 7.1:? 20:?
4.03 5.0 6.0 | Hypertriglyceridemia | mg/dL | 149:0 150:1 300:1 301:2 500:2 501:3 1000:3 1001:4
4.03 | Serum amylase | U/L uln=100 | 150:1 151:2 200:2 201:3 500:3 501:4
4.03 | Lipase | U/L uln=100 | 150:1 151:2 200:2 201:3 500:3 501:4
5.0 6.0 | Serum amylase | U/L uln=100 symptoms=lowest | 100:0 150:1 200:2 201:2 500:2 501:3
5.0 | Lipase | U/L uln=100 symptoms=lowest | 150:1 151:2 201:2 500:2 501:3
5.0 | Lipase | U/L uln=100 | 150:1 151:2 200:2 201:3 501:3
6.0 | Lipase | U/L uln=100 | 150:1 151:2 300:2 301:3 500:3 501:3
6.0 | Lipase | U/L uln=100 symptoms=lowest | 301:2 500:2 501:3
5.0 6.0 | Blood bicarbonate | mmol/L lln=22 | 22:0 21:1 5:1
5.0 6.0 | Blood lactate | U/L uln=250 | 250:0 251:1 9999:1
6.0 | HDL | mmol/L lln=1 | 1:0 0.9:1
6.0 | LDL | mmol/L uln=3 | 3:0 3.1:1
6.0 | Vitamin D | nmol/L lln=50 | 50:0 49:1
5.0 6.0 | Methemoglobinemia | % uln=1.5 | 1.5:0 1.6:2
4.03 5.0 | CPK | U/L uln=100 | 100:0 250:1 251:2 500:2 501:3 1000:3 1001:4
4.03 5.0 6.0 | Cholesterol | mg/dL uln=200 | 200:0 300:1 400:2 500:3 501:4
4.03 5.0 6.0 | Hypoalbuminemia | g/L lln=35 | 35:0 30:1 20:2 19:3 1:3
4.03 5.0 6.0 | Hypomagnesemia | mmol/L lln=0.7 | 0.7:0 0.5:1 0.4:2 0.3:3 0.29:4
4.03 5.0 6.0 | Hypermagnesemia | mmol/L uln=1 | 1:0 1.23:1 1.24:3 3.3:3 3.31:4
4.03 5.0 6.0 | Hypocalcemia | mmol/L lln=2.1 | 2.1:0 2:1 1.75:2 1.5:3 1.49:4
4.03 5.0 6.0 | Hypocalcemia | mmol/L lln=2.1 symptoms=lowest | 1.75:2 1.5:3
4.03 5.0 6.0 | Hypercalcemia [ionized calcium] | mmol/L uln=1.3 symptoms=open | 1.5:1 1.6:2 1.8:3
4.03 5.0 6.0 | Hypercalcemia | mg/dL uln=10.2 | 10.2:0 11.5:1 12.5:2 13.5:3 13.6:4
4.03 5.0 6.0 | Hypocalcemia [ionized calcium] | mmol/L lln=1.1 | 1.1:0 1:1 0.9:2 0.8:3 0.79:4
4.03 5.0 6.0 | Acidosis | - lln=7.35 | 7.35:0 7.3:1 7.29:3
4.03 5.0 6.0 | Alkalosis | - uln=7.45 | 7.45:0 7.5:1 7.51:3
"""

#: Section 5: each correction that a value can show.
CORRECTIONS = """
4.03 5.0 6.0 | Haptoglobin | g/L lln=0.3 | 0.29:1 0:1
4.03 | Electrocardiogram | ms base=440 | 449:0 450:1 480.5:1 481:2 500.5:2 501:3
5.0 6.0 | Electrocardiogram | ms base=380 | 440:0 441:3 501:3
5.0 | Electrocardiogram | ms | 450:? 501:3
4.03 5.0 | Chronic kidney | mL/min/1.73 m2 lln=90 | 60:1 59.5:1 59:2 30:2 29.5:2 29:3 15:3 14.9:4
6.0 | Chronic kidney | mL/min/1.73 m2 lln=90 | 90:0 60:1 59.9:2 30:2 29.9:3 15:3 14.9:4
4.03 5.0 6.0 | Chronic kidney [dipstick] | + | 1:0 2:1 3:1
4.03 5.0 6.0 | Chronic kidney [P/C] | g/g | 0.5:0 0.51:1
6.0 | Creatinine clearance | mL/min | 90:0 49.1:0 49:2 26:2 25.5:2 25:3 10:3 9.9:?
4.03 | Proteinuria | g/24 hrs uln=0.15 | 0.14:0 0.15:1 0.99:1 1.0:2 3.4:2 3.45:2 3.5:3
5.0 | Proteinuria | g/24 hrs uln=0.15 | 0.14:0 0.15:1 0.99:1 1.0:2 3.49:2 3.5:3
6.0 | Urinary protein | g/24 hrs uln=0.15 | 0.14:0 0.15:1 0.99:1 1.0:2 3.49:2 3.5:3
4.03 | Proteinuria [dipstick] | + | 0:0 1:1 2:2 3:? 4:?
5.0 | Proteinuria [dipstick] | + | 0:0 1:1 2:2 3:2 4:3
6.0 | Urinary protein [dipstick] | + | 0:0 1:1 2:2 3:2 4:3
6.0 | Urinary protein [P/C] | g/g uln=0.2 | 0.19:0 0.2:1 0.9:1 1:2 3.5:2 3.6:3
6.0 | Urinary protein [P/C] | mg/mmol uln=20 | 10:0 113:1 114:2 396:3
6.0 | Urinary protein [pediatric P/C] | g/g | 0.4:0 0.5:2 1.9:2 2:3
6.0 | Urinary protein [pediatric dipstick] | + | 1:1 2:2 3:2 4:3
5.0 6.0 | Serum amylase | U/L uln=100 symptoms=open | 200:2 300:? 500:? 501:3
4.03 | INR | - uln=1.1 base=2 anticoagulated=yes | 1.1:0 1.2:1 1.65:1 2:2 2.75:2 2.8:3
5.0 | INR | - base=0.9 anticoagulated=yes | 0.9:0 1:1 1.35:1 1.36:2 2.25:2 2.26:3
5.0 6.0 | INR | - base=1 anticoagulated=unknown | 1:0 1.1:? 1.4:1 1.6:2 2.51:3
5.0 | Blood bilirubin | umol/L uln=20 base=22 base_uln=20 | 22:0 22.1:1
6.0 | GGT | U/L uln=60 base=70 base_uln=60 | 65:0 70:1
5.0 | Hyponatremia | mmol/L lln=135 symptoms=lowest | 129.5:1 129:2 124.5:2 124:3
4.03 5.0 6.0 | Hypertriglyceridemia | mmol/L | 1.70:0 1.71:1 3.42:1 5.7:2 11.4:3 11.5:4
4.03 | Anemia | mmol/L lln=7.5 | 4.93:2 4.9:2
4.03 | Anemia | g/dL lln=12 | 7.94:3
6.0 | Alanine | U/L uln=40 base=200 base_uln=40 | 400:2 401:3 800:3 801:4
6.0 | Alanine | U/L uln=40 base=201 base_uln=40 | 201:1 402:2 403:? 804:? 805:4
6.0 | Creatinine increased | umol/L uln=50 base=40 base_lln=45 | 51:1 60:1 61:2 121:3 301:4
6.0 | Creatinine increased | umol/L uln=50 base=50 base_lln=45 | 75:1 76:2 150:2 151:3
3.0 4.03 | Fibrinogen | g/L lln=2 base=5 | 5:0 4.9:1
5.0 6.0 | Fibrinogen | mg/dL lln=40 base=100 | 49:4 50:0
"""


LADDERS = [line for line in f"{VERSION_3}{CHANGES}{CORRECTIONS}".splitlines() if line]


def ladder(line: str) -> tuple[list[str], str, str, dict[str, Any], list[tuple[Decimal, Any]]]:
    """Return versions, name, quantity, what is known, and the values with their grades."""
    versions, name, known, steps = (part.strip() for part in line.split("|"))
    name, _, quantity = name.removesuffix("]").partition(" [")
    words = known.split(" ")
    cut = next((i for i, word in enumerate(words) if "=" in word), len(words))
    unit = " ".join(words[:cut])
    given: dict[str, Any] = {"unit": None if unit == "-" else unit}
    for key, text in (word.split("=") for word in words[cut:]):
        given[key.replace("base", "baseline")] = (
            FLAGS.get(text, text) if key in WORDS else Decimal(text)
        )
    pairs = (step.split(":") for step in steps.split())
    wanted = [(Decimal(value), None if text == "?" else int(text)) for value, text in pairs]
    return versions.split(), name, quantity, given, wanted


@pytest.mark.parametrize("line", LADDERS)
def test_a_value_has_the_grade_of_the_reference(line: str) -> None:
    versions, name, quantity, given, wanted = ladder(line)
    for version in versions:
        of_term = term(version, name, quantity)
        found = [(value, grade(of_term, value=value, **given)) for value, _ in wanted]
        assert found == wanted, version


def known(line: str) -> list[int | None]:
    """Return the grades of a line without a ladder: `version | term | unit ... | values`."""
    versions, name, quantity, given, wanted = ladder(line)
    of_term = term(versions[0], name, quantity)
    return [grade(of_term, value=value, **given) for value, _ in wanted]


def test_every_gradable_term_of_the_tables_has_a_ladder() -> None:
    drawn = {
        str(term(version, name, quantity))
        for versions, name, quantity, *_ in map(ladder, LADDERS)
        for version in versions
    }
    every = {str(of_term) for version in VERSIONS for of_term in terms(version)}
    assert sorted(every - drawn) == []


def test_a_limit_of_normal_that_is_missing_leaves_the_grades_that_need_none() -> None:
    line = "4.03 | Anemia | g/dL | 7:0 9:0 11:0 13:0"
    assert known(line) == [3, 2, None, None]
    line = "4.03 | Hyperkalemia | mmol/L | 4:0 5.5:0 5.6:0 7.1:0"
    assert known(line) == [None, None, 2, 4]


def test_without_a_baseline_nothing_above_uln_is_graded_where_it_decides() -> None:
    assert known("5.0 | Alanine | U/L uln=40 | 40:0 41:0 900:0") == [0, None, None]
    assert known("5.0 | Alanine | U/L uln=40 base=30 | 40:0 41:0 900:0") == [0, None, None]
    line = "4.03 | Creatinine increased | umol/L uln=100 | 90:0 150:0 601:0"
    assert known(line) == [None, None, 4]
    line = "6.0 | Creatinine increased | umol/L uln=100 base=200 | 101:0 250:0 350:0 601:0"
    assert known(line) == [1, 2, 3, 4]


def test_without_uln_a_high_baseline_grades_nothing() -> None:
    line = "5.0 | Alanine | U/L base=60 base_uln=40 | 50:0 100:0 2000:0"
    assert known(line) == [0, None, None]


def test_a_value_at_its_own_uln_is_0_whatever_the_baseline() -> None:
    line = "6.0 | Alanine | U/L uln=90 base=60 base_uln=40 | 60:0 90:0 91:0"
    assert known(line) == [0, 0, 2]


def test_a_value_is_compared_in_its_own_unit_where_nci_prints_one() -> None:
    assert known("3.0 | Hemoglobin | mmol/L lln=7.5 | 4.93:0 4.02:0") == [2, 3]
    assert known("3.0 | Hemoglobin | g/dL lln=12 | 7.94:0 6.47:0") == [3, 4]
    assert known("4.03 | Hypomagnesemia | mmol/L lln=0.7 | 0.38:0") == [3]
    assert known("4.03 | Hypomagnesemia | mg/dL lln=1.7 | 0.924:0") == [2]


def test_a_value_in_another_unit_is_converted_to_the_first_printed_unit() -> None:
    assert known("4.03 | Hyperuricemia | umol/L uln=400 | 590:0 594:0 595:0") == [3, 3, 4]
    assert known("4.03 | Hypomagnesemia | mEq/L lln=1.4 | 0.76:0") == [2]
    assert known("4.03 | Hyperkalemia | mEq/L uln=5 | 5.5:0 5.6:0") == [1, 2]
    assert known("5.0 | Fibrinogen | g/L lln=0.4 | 0.49:0") == [4]
    assert known("4.03 | Electrocardiogram | s | 0.501:0 0.5:0") == [3, 2]


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("6.0 | Thrombocytopenia | 10^3/uL | 9:0 10:0", [4, 3]),
        ("6.0 | Thrombocytopenia | G/L | 9:0 10:0", [4, 3]),
        ("6.0 | Thrombocytopenia | 10^6/L | 9000:0 10000:0", [4, 3]),
        ("5.0 | Proteinuria | g/day uln=0.1 | 3.5:0", [3]),
        ("3.0 | Cardiac troponin T | ng/L | 29:0 30:0 200:0", [0, 1, 4]),
    ],
)
def test_spellings_of_a_unit_are_one_unit(line: str, same: list[int]) -> None:
    assert known(line) == same


@pytest.mark.parametrize("unit", ["-", "g/L", "10^9/uL", "THOU"])
def test_a_missing_or_foreign_unit_leaves_what_is_printed_in_units_open(unit: str) -> None:
    assert known(f"6.0 | Thrombocytopenia | {unit} lln=150 | 9:0 200:0") == [None, None]
    assert known(f"4.03 | Alanine | {unit} uln=40 | 40:0 130:0") == [0, 2]


def test_every_printed_unit_has_a_factor() -> None:
    for version in VERSIONS:
        for of_term in terms(version):
            units = set(of_term.units) - {"+"}
            assert units <= set(factors_of(of_term)), of_term


@pytest.mark.parametrize("version", VERSIONS)
def test_the_grades_of_a_unit_go_one_way_without_a_hole(version: str) -> None:
    for of_term in terms(version):
        for unit in set(of_term.units) - {"+"}:
            numbers = {limit.number for limit in printed_limits(of_term) if limit.of == unit}
            if not numbers:
                continue
            far = {"lln": 2 * max(numbers), "uln": min(numbers) / 2, "baseline": max(numbers)}
            tiny = min(numbers) / 1000
            values = sorted(number + step * tiny for number in numbers for step in (-1, 0, 1))
            found = [grade(of_term, value=v, unit=unit, **far) for v in values]
            known_ones = [number for number in found if number is not None]
            assert known_ones == sorted(known_ones, reverse=of_term.direction == "low"), of_term
